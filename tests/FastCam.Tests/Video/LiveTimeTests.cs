using System.Diagnostics;
using FastCam.Video.Live;

namespace FastCam.Tests.Video;

/// <summary>Presentation times, gaps, lateness and freezes of live sources.</summary>
public sealed class LiveTimeTests
{
    static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(40);

    [Fact]
    public void Good_times_are_kept()
    {
        var clock = new PresentationClock();
        var times = Enumerable.Range(0, 50).Select(i => clock.Next(TimeSpan.FromSeconds(100) + i * Frame, Ticks(i * Frame))).ToArray();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => i * Frame), times);
        Assert.Equal(0, clock.Repaired);
    }

    [Theory]
    [InlineData(-3600)] // runs backwards
    [InlineData(3600)] // jumps
    [InlineData(-0.04)] // stands still
    public void A_jump_is_replaced_by_the_usual_distance_and_counted(double seconds)
    {
        var clock = new PresentationClock();
        var times = new List<TimeSpan>();
        for (var i = 0; i < 20; i++)
            times.Add(clock.Next(TimeSpan.FromSeconds(5000) + i * Frame + (i >= 10 ? TimeSpan.FromSeconds(seconds) : default), Ticks(i * Frame)));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i * Frame), times);
        Assert.Equal(1, clock.Repaired);
    }

    [Theory]
    [InlineData(-9800, 1)]
    [InlineData(9800, 1)]
    [InlineData(-9800, 2)]
    [InlineData(9800, 2)]
    [InlineData(-0.5, 1)]
    public void Frames_that_are_stamped_off_move_none_of_the_others(double seconds, int together)
    {
        const int Period = 20;
        var clock = new PresentationClock();
        var off = 0;
        var last = TimeSpan.MinValue;
        for (var i = 0; i < 20 * Period; i++)
        {
            var raw = TimeSpan.FromSeconds(20_000) + i * Frame;
            if (i % Period >= 10 && i % Period < 10 + together)
            {
                raw += TimeSpan.FromSeconds(seconds);
                off++;
            }
            var time = clock.Next(raw, Ticks(i * Frame));

            Assert.True(time > last, $"frame {i}: {time} after {last}");
            Assert.InRange(time - i * Frame, -TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1));
            last = time;
        }
        Assert.True(clock.Repaired >= off, $"{clock.Repaired} of {off} timestamps that were off are counted");
    }

    /// <summary>FFmpeg takes a timestamp that is far behind for one that has wrapped, far ahead, and holds all those after it at that time.</summary>
    [Theory]
    [InlineData(20, false)]
    [InlineData(20, true)]
    [InlineData(60, false)]
    public void Frames_that_are_held_at_one_that_was_off_follow_the_time_that_passes(int period, bool ticks)
    {
        var clock = new PresentationClock();
        var held = TimeSpan.Zero;
        for (var i = 0; i < 20 * period; i++)
        {
            var raw = TimeSpan.FromSeconds(100) + i * Frame;
            if (i % period == 10)
                held = raw + TimeSpan.FromSeconds(37_922);
            else if (held > TimeSpan.Zero && ticks)
                held += TimeSpan.FromMicroseconds(11);

            var time = clock.Next(held > TimeSpan.Zero ? held : raw, Ticks(i * Frame));

            Assert.InRange(time - i * Frame, -TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(2));
        }
    }

    [Fact]
    public void Timestamps_that_stand_still_follow_the_time_that_passes()
    {
        // FFmpeg gives such timestamps once one has run backwards: each is a tick of 1/90000 s later.
        var clock = new PresentationClock();
        var lateness = new LatenessMeter();
        var tick = TimeSpan.FromSeconds(1 / 90_000.0);
        for (var i = 0; i < 2000; i++)
        {
            var arrival = i < 10 ? i * Frame : 10 * Frame + 2 * (i - 10) * Frame; // the camera slows down meanwhile
            var time = clock.Next(i < 10 ? i * Frame : 9 * Frame + (i - 9) * tick, Ticks(arrival));
            Assert.Equal(arrival.TotalSeconds, time.TotalSeconds, 0.001);
            Assert.InRange(lateness.Measure(time, Ticks(arrival)).TotalSeconds, 0, 0.001);
        }

        Assert.Equal(1990, clock.Repaired);
    }

    [Fact]
    public void A_gap_in_which_time_has_passed_is_no_jump()
    {
        var clock = new PresentationClock();
        clock.Next(TimeSpan.Zero, Ticks(default));
        Assert.Equal(TimeSpan.FromSeconds(60), clock.Next(TimeSpan.FromSeconds(60), Ticks(TimeSpan.FromSeconds(60))));
        Assert.Equal(0, clock.Repaired);
    }

    [Fact]
    public void Another_connection_goes_on_where_time_is()
    {
        var clock = new PresentationClock();
        clock.Next(TimeSpan.FromSeconds(900), Ticks(default));
        clock.Begin();
        Assert.Equal(TimeSpan.FromSeconds(7), Round(clock.Next(TimeSpan.Zero, Ticks(TimeSpan.FromSeconds(7)))));
        Assert.Equal(TimeSpan.FromSeconds(7) + Frame, Round(clock.Next(Frame, Ticks(TimeSpan.FromSeconds(7) + Frame))));
        Assert.Equal(0, clock.Repaired);
    }

    [Theory]
    [InlineData(new int[] { }, 0)]
    [InlineData(new[] { 50 }, 1)]
    [InlineData(new[] { 50, 51, 52 }, 3)]
    [InlineData(new[] { 20, 40, 41, 60, 80, 81, 82, 83 }, 8)]
    [InlineData(new[] { 199 }, 0)] // nothing comes after the last frame, so nobody can tell that it is missing
    public void Missing_frames_are_counted_from_the_gaps(int[] missing, int expected)
    {
        var gaps = new GapEstimator();
        for (var i = 0; i < 200; i++)
        {
            if (!missing.Contains(i))
                gaps.Add(i * Frame + TimeSpan.FromMilliseconds(i % 3 * 2)); // cameras jitter like this
        }

        gaps.Begin();
        Assert.Equal(expected, gaps.Lost);
    }

    [Theory]
    [InlineData(30, 0)] // this is less than a frame
    [InlineData(90, 0)]
    [InlineData(500, 0)]
    [InlineData(90, 3)]
    public void What_comes_late_and_all_at_once_is_no_gap(int held, int missing)
    {
        var gaps = new GapEstimator();
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            if (i % 100 >= 60 && i % 100 < 60 + missing)
                continue;
            var due = 40.0 * i + 4 * random.NextDouble();
            var jam = 40.0 * (i / 100 * 100 + 50); // once in a hundred frames nothing comes through for a while
            gaps.Add(TimeSpan.FromMilliseconds(due >= jam && due < jam + held ? jam + held + 0.1 * (i % 100) : due));
        }

        gaps.Begin();
        Assert.Equal(10 * missing, gaps.Lost);
    }

    [Fact]
    public void A_camera_that_changes_its_rate_loses_nothing()
    {
        var gaps = new GapEstimator();
        var time = TimeSpan.Zero;
        foreach (var (count, milliseconds) in new[] { (100, 33), (100, 66), (100, 125), (100, 33) })
        {
            for (var i = 0; i < count; i++)
                gaps.Add(time += TimeSpan.FromMilliseconds(milliseconds));
        }

        Assert.Equal(0, gaps.Lost);
    }

    [Fact]
    public void A_minute_of_missing_frames_is_counted()
    {
        var gaps = new GapEstimator();
        for (var i = 0; i < 100; i++)
            gaps.Add(i * Frame + (i < 50 ? TimeSpan.Zero : TimeSpan.FromMinutes(1)));
        gaps.Begin();
        Assert.Equal((long)Math.Round(TimeSpan.FromMinutes(1) / Frame), gaps.Lost);
    }

    [Fact]
    public void What_is_between_connections_is_no_gap()
    {
        var gaps = new GapEstimator();
        for (var connection = 0; connection < 5; connection++)
        {
            gaps.Begin();
            for (var i = 0; i < 30; i++)
                gaps.Add(TimeSpan.FromSeconds(connection * 1000) + i * Frame);
        }

        Assert.Equal(0, gaps.Lost);
    }

    [Fact]
    public void A_frame_that_changes_anywhere_but_slightly_is_not_frozen()
    {
        var freeze = new FreezeDetector(TimeSpan.FromSeconds(3));
        var noise = new byte[640 * 360 * 3 / 2];
        var random = new Random(1);
        for (var i = 0; i < 10; i++)
        {
            random.NextBytes(noise);
            freeze.Look(noise);
            Assert.Null(freeze.FrozenFor);
        }

        Limited.Run(() =>
        {
            while (freeze.FrozenFor is null)
            {
                freeze.Look(noise);
                Thread.Sleep(50);
            }
        });
        Assert.True(freeze.FrozenFor >= TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void What_was_held_up_is_late_and_what_is_slow_is_not()
    {
        var meter = new LatenessMeter();
        var most = TimeSpan.Zero;
        // The sender's clock is slow by 1 %: after ten minutes its frames come six seconds "late".
        for (var i = 0; i < 15_000; i++)
            most = TimeSpan.FromTicks(Math.Max(most.Ticks, meter.Measure(i * Frame, Ticks(i * Frame * 1.01)).Ticks));
        Assert.InRange(most.TotalSeconds, 0, 0.4);

        // After they were held up for two seconds, fifty frames come at once.
        var (sent, held) = (15_000 * Frame, Ticks(15_050 * Frame * 1.01));
        for (var i = 0; i < 50; i++)
            Assert.InRange(meter.Measure(sent + i * Frame, held).TotalSeconds, (50 - i) * 0.04 - 0.01, (50 - i) * 0.04 + 0.4);
    }

    [Theory]
    [InlineData(0.6, 1.0)] // the path has become longer
    [InlineData(0.0, 2.0)] // the clock runs at half its speed
    public void What_stays_late_is_not_late_for_good(double longer, double slower)
    {
        var meter = new LatenessMeter();
        var late = new List<bool>();
        for (var i = 0; i < 1500; i++)
        {
            var arrival = i < 500 ? i * Frame : 500 * Frame + (i - 500) * slower * Frame + TimeSpan.FromSeconds(longer);
            late.Add(meter.Measure(i * Frame, Ticks(arrival)) > TimeSpan.FromSeconds(0.5));
        }

        Assert.DoesNotContain(true, late.Take(500));
        var longest = late.Aggregate((Now: 0, Most: 0), (run, isLate) => isLate ? (run.Now + 1, Math.Max(run.Most, run.Now + 1)) : (0, run.Most)).Most;
        Assert.InRange(longest, 1, 60); // 60 frames last two seconds and a half
        Assert.Equal(slower == 1, !late.Skip(700).Contains(true));
    }

    static long Ticks(TimeSpan time) => Stopwatch.Frequency + (long)(time.TotalSeconds * Stopwatch.Frequency);

    static TimeSpan Round(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Round(time.TotalMilliseconds, 3));
}
