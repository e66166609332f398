using FastCam.Video.Accounting;

namespace FastCam.Tests.Video;

public sealed class LedgerTests
{
    readonly Ledger _ledger = new("camera");

    [Fact]
    public void Every_term_is_counted_in_each_account()
    {
        var (file, web) = (_ledger.Open("file"), _ledger.Open("web"));
        for (var i = 0; i < 5; i++)
            _ledger.Captured(i);
        _ledger.Dropped(0, DropReason.PoolExhausted);
        file.Delivered(1);
        file.Delivered(2);
        file.Dropped(3, DropReason.SinkFailed);
        web.Dropped(1, DropReason.SinkBehind);

        var snapshot = file.Snapshot();
        Assert.Equal((5, 2, 1), (snapshot.Captured, snapshot.Delivered, snapshot.InFlight));
        Assert.Equal((1, 1, 0), (snapshot.Dropped(DropReason.PoolExhausted), snapshot.Dropped(DropReason.SinkFailed), snapshot.Dropped(DropReason.SinkBehind)));
        Assert.True(snapshot.Balanced);
        Assert.Equal([4L], file.OpenFrames());

        snapshot = web.Snapshot();
        Assert.Equal((5, 0, 2, 3), (snapshot.Captured, snapshot.Delivered, snapshot.DroppedTotal, snapshot.InFlight));
        Assert.True(snapshot.Balanced);
        Assert.Equal([2L, 3L], web.OpenFrames(limit: 2));
    }

    [Fact]
    public void Delivering_twice_is_a_violation() => AssertViolation(5, account =>
    {
        account.Delivered(5);
        account.Delivered(5);
    });

    [Fact]
    public void Dropping_what_was_delivered_is_a_violation() => AssertViolation(5, account =>
    {
        account.Delivered(5);
        account.Dropped(5, DropReason.Shutdown);
    });

    [Fact]
    public void Delivering_what_was_never_captured_is_a_violation() => AssertViolation(6, account => account.Delivered(6));

    [Fact]
    public void Capturing_twice_is_a_violation() => AssertViolation(5, _ => _ledger.Captured(5));

    [Fact]
    public void Two_errors_that_cancel_out_are_still_a_violation() => AssertViolation(5, account =>
    {
        _ledger.Captured(7);
        account.Delivered(5);
        account.Delivered(5); // 5 stands for 7, so the sums agree but for the open entry
    });

    [Fact]
    public void A_frame_that_is_never_settled_stays_open()
    {
        var account = _ledger.Open("file");
        _ledger.Captured(0);
        _ledger.Captured(1);
        account.Delivered(1);
        Assert.Equal(1, account.Snapshot().InFlight);
        Assert.Equal([0L], account.OpenFrames());
    }

    [Fact]
    public void An_account_opened_too_late_is_refused()
    {
        _ledger.Captured(0);
        Assert.Throws<InvalidOperationException>(() => _ledger.Open("late"));
    }

    [Fact]
    public void Upstream_loss_stands_apart_from_the_balance()
    {
        var account = _ledger.Open("file");
        Assert.Null(account.Snapshot().Upstream);
        _ledger.LostUpstream(3);
        Assert.Equal(3, account.Snapshot().Upstream);
        Assert.True(account.Snapshot().Balanced);
    }

    [Fact]
    public void Keeping_the_ledger_allocates_nothing()
    {
        var account = _ledger.Open("file");
        var before = 0L;
        for (var i = 0; i < 2000; i++)
        {
            if (i == 100)
                before = GC.GetAllocatedBytesForCurrentThread();
            _ledger.Captured(i);
            if (i >= 50)
                account.Delivered(i - 50);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(account.Snapshot().Balanced);
    }

    [Fact]
    public void The_ledger_balances_when_threads_settle_at_once() => Limited.Run(() =>
    {
        const int Frames = 40_000;
        const int Threads = 4;
        var account = _ledger.Open("file");
        var captured = -1L;
        var done = false;
        var settling = Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            for (var i = thread; i < Frames; i += Threads)
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref captured) >= i);
                if (i % 3 == 0)
                    account.Dropped(i, DropReason.SinkBehind);
                else
                    account.Delivered(i);
            }
        })).ToList();
        var unbalanced = 0;
        var watching = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
                unbalanced += account.Snapshot().Balanced ? 0 : 1;
        });
        watching.Start();
        settling.ForEach(thread => thread.Start());
        for (var i = 0; i < Frames; i++)
        {
            _ledger.Captured(i);
            Volatile.Write(ref captured, i);
        }

        settling.ForEach(thread => thread.Join());
        Volatile.Write(ref done, true);
        watching.Join();
        var snapshot = account.Snapshot();
        Assert.Equal(0, unbalanced);
        Assert.Equal((Frames, 0), (snapshot.Captured, snapshot.InFlight));
        Assert.Equal((Frames + 2) / 3, snapshot.Dropped(DropReason.SinkBehind));
        Assert.Equal(Frames - (Frames + 2) / 3, snapshot.Delivered);
    });

    void AssertViolation(long sequence, Action<LedgerAccount> settle)
    {
        var account = _ledger.Open("file");
        _ledger.Captured(5);
        Assert.True(account.Snapshot().Balanced);
        settle(account);
        var snapshot = account.Snapshot();
        Assert.False(snapshot.Balanced);
        Assert.Equal(1, snapshot.Violations);
        Assert.Contains($"Frame {sequence} of camera", snapshot.FirstViolation);
        Assert.Contains("file", snapshot.FirstViolation);
    }
}
