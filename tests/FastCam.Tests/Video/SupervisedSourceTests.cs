using System.Diagnostics;
using FastCam.Video;
using FastCam.Video.Frames;
using FastCam.Video.Live;
using FastCam.Video.Sources;

namespace FastCam.Tests.Video;

public sealed class SupervisedSourceTests
{
    static readonly Supervision Quick = new()
    {
        StallAfter = TimeSpan.FromSeconds(0.4),
        StartWithin = TimeSpan.FromSeconds(0.8),
        FrozenAfter = TimeSpan.FromSeconds(0.3),
    };

    readonly List<SourceStatus> _said = [];

    [Fact]
    public void A_connection_that_ends_is_followed_by_another() => Limited.Run(() =>
    {
        var connector = new FakeConnector(Script.Frames(5), Script.Frames(5), Script.Frames(5));
        using var source = Open(connector);
        var headers = Take(source, 15);
        Assert.Equal(Enumerable.Range(0, 15).Select(i => (long)i), headers.Select(header => header.Sequence));
        for (var i = 1; i < 15; i++)
            Assert.True(headers[i].PresentationTime > headers[i - 1].PresentationTime, $"frame {i} is not later than the one before");
        Assert.Equal(2, source.Status.Restarts);
        Assert.True(connector.Connections[0].IsDisposed && connector.Connections[1].IsDisposed);
        Assert.Equal(
            [SourceState.Running, SourceState.Reconnecting, SourceState.Running, SourceState.Reconnecting, SourceState.Running],
            _said.Select(status => status.State));
        Assert.Contains("the stream ended", _said[1].Reason);
        Assert.Null(source.Status.Reason);
    });

    [Fact]
    public void A_stall_is_reported_at_half_the_time_and_ended_at_the_whole() => Limited.Run(() =>
    {
        var connector = new FakeConnector(Script.Frames(3, end: FakeConnector.Hang), Script.Frames(3));
        using var source = Open(connector);
        Take(source, 3);
        var clock = Stopwatch.StartNew();
        TimeSpan? said = null;
        source.StatusChanged += status => said ??= status.State == SourceState.Stalled ? clock.Elapsed : null;
        Take(source, 1);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.38, 5);
        Assert.InRange(said!.Value.TotalSeconds, 0.18, clock.Elapsed.TotalSeconds);
        Assert.Equal([SourceState.Running, SourceState.Stalled, SourceState.Reconnecting, SourceState.Running], _said.Select(status => status.State));
        Assert.Contains("within 0.4 s", _said[2].Reason);
    });

    [Fact]
    public void The_first_frame_has_its_own_patience() => Limited.Run(() =>
    {
        using var source = Open(new FakeConnector(new Script([], FakeConnector.Hang), Script.Frames(1)));
        var clock = Stopwatch.StartNew();
        Take(source, 1);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.78, 10);
        Assert.DoesNotContain(_said, status => status.State == SourceState.Stalled);
        Assert.Contains("no first frame", _said[0].Reason);
    });

    [Fact]
    public void It_begins_where_a_source_that_calls_has_called_for_long_enough() => Limited.Run(() =>
    {
        using var source = Open(new FakeConnector(new Script([], FakeConnector.Hang), Script.Frames(1)) { Calling = TimeSpan.FromSeconds(1) });
        var clock = Stopwatch.StartNew();
        Take(source, 1);
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.78, 10);
    });

    [Fact]
    public void A_frame_that_breaks_off_is_lost_alone_and_the_source_goes_on() => Limited.Run(() =>
    {
        var times = Script.Frames(3).Times;
        using var source = Open(new FakeConnector(new Script(times, HangsInPixels: true), Script.Frames(2)));
        Take(source, 2);
        using var pool = new FramePool(new(160, 90), 1);
        Assert.True(source.WaitNext(out var header));
        Assert.Equal(2, header.Sequence);
        Assert.False(source.Read(pool.Rent()!));
        Assert.Equal(3, Take(source, 1)[0].Sequence);
        Assert.Equal([SourceState.Running, SourceState.Stalled, SourceState.Reconnecting, SourceState.Running], _said.Select(status => status.State));
    });

    [Fact]
    public void While_nothing_answers_a_source_is_looked_for_four_times_a_second() => Limited.Run(() =>
    {
        var nobody = new MediaException(MediaFault.SourceNotFound, "Nothing answers.") { Recovery = Recovery.Probe };
        var connector = new FakeConnector([.. Enumerable.Repeat<object>(nobody, 5), Script.Frames(1)]);
        using var source = Open(connector);
        var clock = Stopwatch.StartNew();
        Take(source, 1);
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.2, 6);
        Assert.Equal(SourceState.Starting, _said[0].State);
        Assert.Equal("Nothing answers.", _said[0].Reason);
    });

    [Fact]
    public void What_answers_and_fails_is_tried_with_growing_pauses() => Limited.Run(() =>
    {
        var connector = new FakeConnector(Script.Frames(0), Script.Frames(0), Script.Frames(0), Script.Frames(0), Script.Frames(1));
        using var source = Open(connector);
        var clock = Stopwatch.StartNew();
        Take(source, 1);
        // It is tried at once, then after 0.5, 1 and 2 s, each by up to a fifth longer or shorter.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.8 * 3.5, 1.2 * 3.5 + 5);
    });

    [Fact]
    public void What_nobody_can_help_ends_a_source_before_the_first_frame_and_not_after() => Limited.Run(() =>
    {
        var refused = new MediaException(MediaFault.SourceUnreadable, "Wrong password.") { Recovery = Recovery.None };
        using (var source = Open(new FakeConnector(refused)))
        {
            Assert.Same(refused, Assert.Throws<MediaException>(() => source.WaitNext(out _)));
            Assert.Equal((SourceState.Failed, "Wrong password."), (source.Status.State, source.Status.Reason));
        }

        using (var source = Open(new FakeConnector(Script.Frames(1), refused)))
        {
            Take(source, 1);
            using var stop = new Timer(_ => source.Stop(), null, 3000, Timeout.Infinite);
            Assert.False(source.WaitNext(out _));
            Assert.Contains(_said, status => status is { State: SourceState.Reconnecting, Reason: "Wrong password." });
        }
    });

    [Fact]
    public void A_source_is_given_up_when_asked_to() => Limited.Run(() =>
    {
        var nobody = new MediaException(MediaFault.SourceNotFound, "Nothing answers.") { Recovery = Recovery.Probe };
        var connector = new FakeConnector([Script.Frames(1), .. Enumerable.Repeat<object>(nobody, 50)]);
        using var source = new SupervisedSource(connector, Quick with { RetryFor = TimeSpan.FromSeconds(1) });
        Take(source, 1);
        var error = Assert.Throws<MediaException>(() => source.WaitNext(out _));
        Assert.Equal(MediaFault.SourceFailed, error.Fault);
        Assert.Contains("given up after 1 s", error.Message);
    });

    [Fact]
    public void A_recorded_stream_that_stalls_has_not_come_to_its_end() => Limited.Run(() =>
    {
        var stalls = Script.Frames(2, end: FakeConnector.Hang) with { IsFinite = true };
        using var source = Open(new FakeConnector(stalls, Script.Frames(1) with { IsFinite = true }));
        Assert.Equal(3, Take(source, 3).Count);
        Assert.Contains(_said, said => said.State == SourceState.Reconnecting && said.Reason!.Contains("no frame came within"));
        Assert.False(source.WaitNext(out _)); // and this one has
        Assert.Equal((SourceState.Ended, 1), (source.Status.State, source.Status.Restarts));
    });

    [Fact]
    public void A_change_of_size_is_followed_at_once_but_once_a_second_at_most() => Limited.Run(() =>
    {
        var other = Script.Frames(2, end: () => throw new MediaException(MediaFault.SourceFailed, "another size") { Recovery = Recovery.AtOnce });
        using var source = Open(new FakeConnector(other, other, Script.Frames(1)));
        var clock = Stopwatch.StartNew();
        Assert.Equal(5, Take(source, 5).Count);
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.5, 4); // two connections of no length
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stop_wakes_a_source_whatever_it_waits_for(bool connected) => Limited.Run(() =>
    {
        var nobody = new MediaException(MediaFault.SourceNotFound, "Nothing answers.") { Recovery = Recovery.BackOff };
        var connector = connected ? new FakeConnector() : new FakeConnector([.. Enumerable.Repeat<object>(nobody, 100)]);
        using var source = new SupervisedSource(connector, new Supervision());
        using var stop = new Timer(_ => source.Stop(), null, 1200, Timeout.Infinite);
        var clock = Stopwatch.StartNew();
        Assert.False(source.WaitNext(out _));
        Assert.InRange(clock.Elapsed.TotalSeconds, 1, 5);
        Assert.Equal(SourceState.Ended, source.Status.State);
    });

    [Fact]
    public void A_frame_that_stays_the_same_is_reported_and_ends_nothing() => Limited.Run(() =>
    {
        using var source = Open(new FakeConnector(Script.Frames(100) with { Fill = 7 }));
        var clock = Stopwatch.StartNew();
        var frames = 0;
        for (; clock.Elapsed < TimeSpan.FromSeconds(0.6); frames++)
        {
            Take(source, 1);
            Thread.Sleep(20);
        }

        Assert.InRange(source.Status.FrozenFor!.Value.TotalSeconds, 0.3, 5);
        Assert.Equal((SourceState.Running, 0), (source.Status.State, source.Status.Restarts));
        Assert.Equal([null, "the frame has been the same for 0.3 s: the camera may hang"], _said.Select(status => status.Reason));
    });

    [Fact]
    public void A_time_without_frames_is_no_frozen_one() => Limited.Run(() =>
    {
        using var source = Open(new FakeConnector(Script.Frames(3, end: FakeConnector.Hang), Script.Frames(3)));
        Take(source, 3);
        var next = Task.Run(() => Take(source, 1));
        while (source.Status.State != SourceState.Reconnecting && !next.IsCompleted)
            Assert.Null(source.Status.FrozenFor);
        next.Wait();
        Assert.Null(source.Status.FrozenFor);
        Assert.All(_said, status => Assert.DoesNotContain("same", status.Reason ?? ""));
    });

    [Fact]
    public void A_time_that_we_take_ourselves_is_no_stall() => Limited.Run(() =>
    {
        using var source = Open(new FakeConnector(Script.Frames(4)));
        Take(source, 2);
        Thread.Sleep(1000);
        Take(source, 2);
        Assert.Equal([SourceState.Running], _said.Select(status => status.State));
    });

    [Fact]
    public void Reading_allocates_nothing() => Limited.Run(() =>
    {
        using var source = Open(new FakeConnector(Script.Frames(500)));
        using var pool = new FramePool(new(160, 90), 1);
        var frame = pool.Rent()!;
        var before = 0L;
        for (var i = 0; i < 500; i++)
        {
            if (i == 50)
                before = GC.GetAllocatedBytesForCurrentThread();
            source.WaitNext(out _);
            source.Read(frame);
            _ = source.Upstream;
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    });

    SupervisedSource Open(FakeConnector connector)
    {
        var source = new SupervisedSource(connector, Quick);
        source.StatusChanged += status =>
        {
            lock (_said)
                _said.Add(status);
        };
        return source;
    }

    static List<FrameHeader> Take(SupervisedSource source, int count)
    {
        using var pool = new FramePool(new(160, 90), 1);
        var frame = pool.Rent()!;
        var headers = new List<FrameHeader>();
        while (headers.Count < count)
        {
            Assert.True(source.WaitNext(out var header));
            Assert.True(source.Read(frame));
            headers.Add(header);
        }

        return headers;
    }
}
