using System.Buffers.Binary;
using System.Text;
using FastCam.Video;
using FastCam.Video.Capture;
using FastCam.Video.FFmpeg;
using FastCam.Video.Frames;

namespace FastCam.Tests.Video;

public sealed class GdpReaderTests
{
    // GStreamer itself writes the stream that is read here; odd sizes have padded rows.
    [Theory]
    [InlineData(640, 360)]
    [InlineData(641, 359)]
    [InlineData(1, 1)]
    [InlineData(1918, 1078)]
    public void What_GStreamer_writes_is_read_whole(int width, int height) => Limited.Run(() =>
    {
        Faults.Faults.RequireGStreamer();
        using var child = new FFmpegChild("/usr/bin/gst-launch-1.0",
        [
            "-q", "videotestsrc", "pattern=solid-color", "foreground-color=0xff20c040", "num-buffers=4", "!",
            $"video/x-raw,format=I420,width={width},height={height},framerate=25/1,colorimetry=bt601", "!",
            "gdppay", "!", "fdsink", "fd=1",
        ]);
        var reader = new GdpReader(child.Output);
        var format = new FrameFormat(width, height);
        var pixels = new byte[format.ByteCount];
        for (var i = 0; i < 4; i++)
        {
            Assert.True(reader.TryReadHeader(out var time));
            Assert.Equal(format, reader.Format);
            Assert.Equal(TimeSpan.FromMilliseconds(40 * i), time);
            if (i == 2)
            {
                Assert.True(reader.TrySkipPixels());
                continue;
            }

            Assert.True(reader.TryReadPixels(pixels));
            // GStreamer's own test pattern is 0x20, 0xc0, 0x40 in BT.601 of limited range.
            AssertNear(16 + 219 / 255.0 * (0.299 * 0x20 + 0.587 * 0xc0 + 0.114 * 0x40), pixels.AsSpan(0, format.LumaByteCount));
            AssertNear(128 + 224 / 255.0 * (-0.168736 * 0x20 - 0.331264 * 0xc0 + 0.5 * 0x40), pixels.AsSpan(format.LumaByteCount, format.ChromaByteCount));
            AssertNear(128 + 224 / 255.0 * (0.5 * 0x20 - 0.418688 * 0xc0 - 0.081312 * 0x40), pixels.AsSpan(format.LumaByteCount + format.ChromaByteCount));
        }

        Assert.False(reader.TryReadHeader(out _));
    });

    [Fact]
    public void A_size_may_change_in_mid_stream()
    {
        var reader = new GdpReader(new MemoryStream([.. Capabilities(4, 2), .. Buffer(16, 0), .. Capabilities(8, 2), .. Buffer(24, 40)]));
        Assert.True(reader.TryReadHeader(out _));
        Assert.Equal(new FrameFormat(4, 2), reader.Format);
        Assert.True(reader.TrySkipPixels());
        Assert.True(reader.TryReadHeader(out var time));
        Assert.Equal((new FrameFormat(8, 2), TimeSpan.FromMilliseconds(40)), (reader.Format, time));
    }

    [Fact]
    public void What_cannot_be_is_refused_and_what_is_cut_ends()
    {
        byte[] whole = [.. Capabilities(4, 2), .. Buffer(16, 0)];
        for (var length = 0; length < whole.Length; length++)
        {
            var cut = new GdpReader(new MemoryStream(whole[..length]));
            Assert.False(cut.TryReadHeader(out _) && cut.TryReadPixels(new byte[12]));
        }

        byte[][] refused =
        [
            Buffer(16, 0), [.. Capabilities(4, 2), .. Buffer(17, 0)], [.. Capabilities(9000, 2), .. Buffer(16, 0)],
            [.. "RTSP/1.0 200 OK"u8, .. new byte[100]],
        ];
        foreach (var bad in refused)
            Assert.Throws<MediaException>(() => new GdpReader(new MemoryStream(bad)).TryReadHeader(out _));
    }

    [Fact]
    public void Damaged_streams_of_GDP_end_in_one_of_two_ways() => Fuzzing.Run(cases =>
    {
        byte[] whole = [.. Capabilities(4, 2), .. Buffer(16, 0), .. Capabilities(8, 2), .. Buffer(32, 40), .. Buffer(32, 80)];
        var (random, ended) = (new Random(20_261), 0);
        for (var round = 0; round < cases; round++)
        {
            var noise = whole[..random.Next(round % 3 == 0 ? 1 : whole.Length, whole.Length + 1)];
            for (var i = random.Next(4); i > 0; i--)
                noise[random.Next(noise.Length)] = (byte)random.Next(256);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var reader = new GdpReader(new MemoryStream(noise));
                while (reader.TryReadHeader(out _) && reader.TrySkipPixels())
                    Assert.True(reader.Format.ByteCount > 0, $"round {round}");
                ended++;
            }
            catch (MediaException error)
            {
                Assert.NotEmpty(error.Message); // the reader says that the stream is damaged
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }

        return ended;
    });

    static byte[] Capabilities(int width, int height)
    {
        var text = Encoding.UTF8.GetBytes($"video/x-raw, format=(string)I420, width=(int){width}, height=(int){height}\0");
        return [.. Header(2, text.Length, 0), .. text];
    }

    static byte[] Buffer(int length, int milliseconds) => [.. Header(1, length, milliseconds), .. new byte[length]];

    static byte[] Header(int type, int length, int milliseconds)
    {
        var header = new byte[62];
        header[0] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)type);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(6), (uint)length);
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(10), (ulong)milliseconds * 1_000_000);
        return header;
    }

    static void AssertNear(double expected, ReadOnlySpan<byte> plane)
    {
        foreach (var sample in plane)
            Assert.InRange(sample, expected - 3, expected + 3);
    }
}
