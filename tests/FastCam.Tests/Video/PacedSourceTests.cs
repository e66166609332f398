using System.Diagnostics;
using FastCam.Video.Sources;

namespace FastCam.Tests.Video;

public sealed class PacedSourceTests
{
    static TestPattern Pattern(int rate) => new(new(160, 90), new(rate, 1), 50);

    [Fact]
    public void No_frame_comes_before_it_is_due() => Limited.Run(() =>
    {
        using var source = new PacedSource(Pattern(50));
        var start = 0L;
        for (var i = 0; source.WaitNext(out var header); i++)
        {
            if (i == 0)
                start = Stopwatch.GetTimestamp();
            // The source's clock began a little before the test's.
            Assert.True(Stopwatch.GetElapsedTime(start) > header.PresentationTime - TimeSpan.FromMilliseconds(20), $"frame {i} was early");
            source.Skip();
        }

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.96, 10);
    });

    [Fact]
    public void A_paced_source_catches_up_after_a_stall() => Limited.Run(() =>
    {
        using var source = new PacedSource(Pattern(50));
        Assert.True(source.WaitNext(out _));
        source.Skip();
        Thread.Sleep(500);
        var start = Stopwatch.GetTimestamp();
        for (var i = 1; i < 25; i++)
        {
            Assert.True(source.WaitNext(out _));
            source.Skip();
        }

        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(240), "frames that were due had to wait");
    });

    [Fact]
    public void Stop_interrupts_the_wait() => Limited.Run(() =>
    {
        using var source = new PacedSource(new TestPattern(new(160, 90), new(1, 1000), null));
        Assert.True(source.WaitNext(out _));
        source.Skip();
        var more = true;
        var thread = new Thread(() => more = source.WaitNext(out _));
        thread.Start();
        Assert.False(thread.Join(100));
        source.Stop();
        thread.Join();
        Assert.False(more);
    });

    [Fact]
    public void Waiting_allocates_nothing() => Limited.Run(() =>
    {
        using var source = new PacedSource(Pattern(200));
        var before = 0L;
        for (var i = 0; i < 40; i++)
        {
            if (i == 10)
                before = GC.GetAllocatedBytesForCurrentThread();
            source.WaitNext(out _);
            source.Skip();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    });
}
