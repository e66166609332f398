using FastCam.Video;
using FastCam.Video.Frames;
using FastCam.Video.Nut;

namespace FastCam.Tests.Video;

public sealed class NutTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        var format = new FrameFormat(35, 21);
        var times = new[] { 0, 1, 1, 40, 1_000_000, 36_000_000_000 * 24L * 365 };
        var stream = new MemoryStream();
        var writer = new NutWriter(stream, format);
        for (var i = 0; i < times.Length; i++)
            writer.Write(TimeSpan.FromTicks(times[i] * 10), Pixels(format, i));

        stream.Position = 0;
        var reader = new NutReader(stream);
        var pixels = new byte[format.ByteCount];
        for (var i = 0; i < times.Length; i++)
        {
            Assert.True(reader.TryReadHeader(out var time));
            Assert.Equal(format, reader.Format);
            Assert.Equal(times[i] / 1e6, time.TotalSeconds, 3e-5);
            Assert.True(reader.TryReadPixels(pixels));
            Assert.Equal(Pixels(format, i), pixels);
        }

        Assert.False(reader.TryReadHeader(out _));
    }

    [Fact]
    public void FFmpeg_reads_what_is_written_with_its_exact_times()
    {
        var format = new FrameFormat(161, 91);
        var ticks = new[] { 0L, 1, 2, 500, 501, 90_000, 90_001, 8_000_000 };
        using (var file = File.Create(_folder.File("a.nut")))
        {
            var writer = new NutWriter(file, format);
            for (var i = 0; i < ticks.Length; i++)
                writer.Write(TimeSpan.FromTicks((long)Math.Round(ticks[i] * 1e7 / 90_000)), Pixels(format, i));
        }

        Assert.Equal(ticks.Select(tick => $"{tick}"), MediaTools.Probe(_folder.File("a.nut"), "frame=pts"));
        Assert.Equal(["161,91,1/90000"], MediaTools.Probe(_folder.File("a.nut"), "stream=width,height,time_base"));
    }

    [Fact]
    public void Damaged_streams_of_NUT_end_in_one_of_two_ways() => Fuzzing.Run(cases =>
    {
        var originals = new[] { ByFFmpeg("64x48"), ByFFmpeg("16x16"), ByUs() };
        foreach (var original in originals)
            Assert.Equal(5, Drain(original));

        var random = new Random(20_240_607);
        var ended = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var run = 0; run < cases; run++)
        {
            var bytes = originals[run % originals.Length].ToArray();
            var headers = run % 2 == 0 ? Math.Min(600, bytes.Length) : bytes.Length;
            for (var flips = random.Next(1, 6); flips > 0; flips--)
                bytes[random.Next(headers)] ^= (byte)(1 << random.Next(8));
            if (run % 3 == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            try
            {
                Drain(bytes);
                ended++;
            }
            catch (MediaException error)
            {
                Assert.True(error.Fault is MediaFault.SourceFailed or MediaFault.SourceUnreadable, error.Message);
            }
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / cases, 0, 200_000);
        return ended;
    });

    [Theory]
    [InlineData("FF FF FF FF FF FF FF FF FF FF FF FF")] // a number without end
    [InlineData("FF FF FF FF FF FF FF FF 7F")] // the longest header
    public void An_absurd_header_length_is_refused_at_once(string length)
    {
        byte[] bytes =
        [
            .. NutFormat.FileId, 0x4E, 0x4D, 0x7A, 0x56, 0x1F, 0x5F, 0x04, 0xAD,
            .. Convert.FromHexString(length.Replace(" ", "")), .. new byte[64],
        ];
        Assert.Throws<MediaException>(() => Drain(bytes));
    }

    [Fact]
    public void A_frame_of_another_size_is_refused()
    {
        var stream = new MemoryStream();
        var writer = new NutWriter(stream, new(32, 32));
        writer.Write(TimeSpan.Zero, new byte[new FrameFormat(64, 64).ByteCount]);
        var error = Assert.Throws<MediaException>(() => Drain(stream.ToArray()));
        Assert.Contains("32x32", error.Message);
    }

    static int Drain(byte[] bytes)
    {
        var reader = new NutReader(new MemoryStream(bytes));
        var frames = 0;
        var pixels = Array.Empty<byte>();
        while (reader.TryReadHeader(out _))
        {
            if (pixels.Length != reader.Format.ByteCount)
                pixels = new byte[reader.Format.ByteCount];
            if (frames % 2 == 0 ? !reader.TryReadPixels(pixels) : !reader.TrySkipPixels())
                return frames;
            frames++;
        }

        return frames;
    }

    byte[] ByFFmpeg(string size)
    {
        MediaTools.FFmpeg(
            "-f", "lavfi", "-i", $"testsrc2=s={size}:r=10:d=0.5", "-pix_fmt", "yuv420p", "-c:v", "rawvideo",
            "-f", "nut", "-write_index", "0", _folder.File("b.nut"));
        return File.ReadAllBytes(_folder.File("b.nut"));
    }

    static byte[] ByUs()
    {
        var format = new FrameFormat(17, 9);
        var stream = new MemoryStream();
        var writer = new NutWriter(stream, format);
        for (var i = 0; i < 5; i++)
            writer.Write(TimeSpan.FromSeconds(i), Pixels(format, i));
        return stream.ToArray();
    }

    static byte[] Pixels(FrameFormat format, int seed)
    {
        var pixels = new byte[format.ByteCount];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }
}
