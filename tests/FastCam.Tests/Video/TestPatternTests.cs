using System.Diagnostics;
using FastCam.Video.Frames;
using FastCam.Video.Sources;

namespace FastCam.Tests.Video;

public sealed class TestPatternTests
{
    public static TheoryData<int, int> Sizes => new() { { 160, 90 }, { 161, 91 }, { 641, 359 }, { 90 * 16, 90 }, { 160, 4320 }, { 1280, 720 }, { 7680, 4320 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_pattern_s_number_survives_overlay_and_dimming(int width, int height)
    {
        var format = new FrameFormat(width, height);
        using var pattern = new TestPattern(format, new(30, 1), null);
        var pixels = new byte[format.ByteCount];
        foreach (var sequence in (long[])[0, 1, 2, 0xAAAAAA, 0x555555, BarCode.Range - 1, BarCode.Range + 5L, long.MaxValue])
        {
            pattern.Draw(pixels, sequence);
            AssertReads(format, pixels, sequence);
            Degradation.Overlay(format, pixels);
            Degradation.Dim(pixels.AsSpan(0, format.LumaByteCount));
            AssertReads(format, pixels, sequence);
        }
    }

    [Fact]
    public void Frames_without_a_code_are_not_read()
    {
        var format = new FrameFormat(640, 360);
        using var pattern = new TestPattern(format, new(30, 1), null);
        var pixels = new byte[format.ByteCount];
        Assert.False(BarCode.TryRead(format, pixels, out _));
        pattern.Draw(pixels, 3);
        Assert.False(BarCode.TryRead(format, pixels.AsSpan(BarCode.HeightIn(format) * format.Width), out _));
        Assert.False(BarCode.TryRead(new FrameFormat(100, 50), pixels, out _));
    }

    [Fact]
    public void A_damaged_bit_is_found()
    {
        var format = new FrameFormat(640, 360);
        var pixels = new byte[format.ByteCount];
        for (var cell = 0; cell < 32; cell += 2)
        {
            BarCode.Write(format, pixels, 123_456);
            for (var y = 0; y < BarCode.HeightIn(format) / 2; y++)
            {
                var pair = pixels.AsSpan(y * format.Width + cell * 20, 40);
                foreach (ref var sample in pair)
                    sample = (byte)(255 - sample);
            }

            Assert.False(BarCode.TryRead(format, pixels, out _));
        }
    }

    [Fact]
    public void Each_number_has_one_frame_of_its_own()
    {
        var format = new FrameFormat(320, 180);
        using var one = new TestPattern(format, new(30, 1), null);
        using var other = new TestPattern(format, new(25, 1), 7);
        var (a, b, next) = (new byte[format.ByteCount], new byte[format.ByteCount], new byte[format.ByteCount]);
        one.Draw(a, 1234);
        other.Draw(b, 1234);
        one.Draw(next, 1235);
        Assert.Equal(a, b);
        var moved = 0;
        for (var i = BarCode.HeightIn(format) * format.Width; i < format.LumaByteCount; i++)
            moved += a[i] == next[i] ? 0 : 1;
        Assert.True(moved > 100, $"only {moved} pixels below the code moved");
    }

    [Fact]
    public void The_pattern_ends_after_its_frames_and_counts_skipped_ones()
    {
        using var pattern = new TestPattern(new(160, 90), new(25, 1), 3);
        using var pool = new FramePool(new(160, 90), 1);
        var frame = pool.Rent()!;
        for (var i = 0; i < 3; i++)
        {
            Assert.True(pattern.WaitNext(out var header));
            Assert.Equal(new FrameHeader(new(160, 90), i, TimeSpan.FromMilliseconds(40 * i)), header);
            if (i == 1)
            {
                pattern.Skip();
                continue;
            }

            pattern.Read(frame);
            AssertReads(frame.Format, frame.Pixels, i);
        }

        Assert.False(pattern.WaitNext(out _));
    }

    [Fact]
    public void Stop_ends_the_pattern()
    {
        using var pattern = new TestPattern(new(160, 90), new(25, 1), null);
        Assert.True(pattern.WaitNext(out _));
        pattern.Stop();
        Assert.False(pattern.WaitNext(out _));
    }

    [Fact]
    public void Drawing_allocates_nothing_and_is_cheap()
    {
        var format = new FrameFormat(1280, 720);
        using var pattern = new TestPattern(format, new(30, 1), null);
        using var pool = new FramePool(format, 1);
        var frame = pool.Rent()!;
        var before = 0L;
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < 100; i++)
        {
            if (i == 10)
                before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            pattern.WaitNext(out _);
            pattern.Read(frame);
            var taken = Stopwatch.GetElapsedTime(start);
            fastest = taken < fastest ? taken : fastest;
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(fastest < TimeSpan.FromMilliseconds(2), $"a 720p frame takes {fastest.TotalMilliseconds:F2} ms");
        TestContext.Current.SendDiagnosticMessage($"test pattern 720p: {fastest.TotalMilliseconds:F3} ms");
    }

    static void AssertReads(FrameFormat format, ReadOnlySpan<byte> pixels, long sequence)
    {
        Assert.True(BarCode.TryRead(format, pixels[..format.LumaByteCount], out var number), $"{sequence} is not read at {format}");
        Assert.Equal(sequence % BarCode.Range, number);
    }
}
