using FastCam.Video.Frames;
using FastCam.Video.Jpeg;
using FastCam.Video.Sources;
using FastCam.Video.Stills;

namespace FastCam.Tests.Video;

public sealed class JpegEncoderTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly JpegEncoder _encoder = new();

    public void Dispose()
    {
        _encoder.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1280, 720)]
    [InlineData(641, 359)]
    [InlineData(160, 91)]
    public void A_frame_is_read_back_as_it_was(int width, int height)
    {
        var format = new FrameFormat(width, height);
        var pixels = new byte[format.ByteCount];
        using (var pattern = new TestPattern(format, new(30, 1), null))
            pattern.Draw(pixels, 77);
        var code = new byte[JpegEncoder.MaximumByteCount(format)];
        var length = _encoder.Encode(format, pixels, 92, code);
        Assert.InRange(length, 1000, code.Length);
        File.WriteAllBytes(_folder.File("a.jpg"), code[..length]);

        var image = StillImage.Load(_folder.File("a.jpg"));
        var planes = image.Planes();
        Assert.Equal(format, image.Format);
        var read = new KeptFrame(new(format, 0, default), planes);
        Assert.InRange(read.LumaError(pixels), 0, 1);
        var chroma = 0L;
        for (var i = format.LumaByteCount; i < format.ByteCount; i++)
            chroma += Math.Abs(planes[i] - pixels[i]);
        Assert.InRange((double)chroma / (2 * format.ChromaByteCount), 0, 1);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1023, 1)]
    [InlineData(1, 1023)]
    [InlineData(3, 3)]
    public unsafe void The_edge_of_an_odd_frame_is_not_read_past(int width, int height)
    {
        // The frame ends where the memory that may be read ends.
        var format = new FrameFormat(width, height);
        using var memory = new GuardedMemory(format.ByteCount);
        new Span<byte>(memory.Data, format.ByteCount).Fill(128);
        var code = new byte[JpegEncoder.MaximumByteCount(format)];
        Assert.InRange(_encoder.Encode(format, new(memory.Data, format.ByteCount), 90, code), 100, code.Length);
    }

    [Fact]
    public void Coding_allocates_nothing()
    {
        var format = new FrameFormat(641, 359);
        var pixels = new byte[format.ByteCount];
        var code = new byte[JpegEncoder.MaximumByteCount(format)];
        var before = 0L;
        for (var i = 0; i < 20; i++)
        {
            if (i == 5)
                before = GC.GetAllocatedBytesForCurrentThread();
            _encoder.Encode(format, pixels, 75, code);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var format = new FrameFormat(64, 48);
        var pixels = new byte[format.ByteCount];
        var code = new byte[JpegEncoder.MaximumByteCount(format)];
        Assert.Throws<ArgumentException>(() => _encoder.Encode(format, pixels.AsSpan(1), 90, code));
        Assert.Throws<ArgumentException>(() => _encoder.Encode(format, pixels, 90, code.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _encoder.Encode(format, pixels, 0, code));
        Assert.Throws<ArgumentOutOfRangeException>(() => _encoder.Encode(format, pixels, 101, code));
        _encoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _encoder.Encode(format, pixels, 90, code));
    }
}
