using FastCam.Video;

namespace FastCam.Tests.Video;

public sealed class LargeImageTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.png", 64, 48)]
    [InlineData("a.png", 101, 67)]
    [InlineData("a.png", 1, 9)]
    [InlineData("a.jpg", 333, 222)]
    [InlineData("a.bmp", 33, 1)]
    [InlineData("a.tiff", 40, 31)]
    [InlineData("a.webp", 64, 65)]
    [InlineData("a.ppm", 5, 4)]
    [InlineData("a.pgm", 9, 9)]
    [InlineData("a%03d*?.png", 20, 20)]
    public void ItsRowsAreThoseOfTheWholePicture(string name, int width, int height)
    {
        var path = Picture(name, width, height);
        var (format, whole) = Whole(path);
        using var image = LargeImage.Open(path, _folder.Path);

        Assert.Equal((width, height), (image.Width, image.Height));
        for (var first = 0; first < height; first += 10)
        {
            var rows = Math.Min(17, height - first);
            var pixels = new byte[image.ByteCount(rows)];
            image.ReadRows(first, rows, pixels);
            Assert.Equal(Rows(format, whole, first, rows), pixels);
        }
    }

    [Fact]
    public void RowsThatAreNotThereAreRefused()
    {
        using var image = LargeImage.Open(Picture("a.png", 8, 6), _folder.Path);

        Assert.Throws<ArgumentOutOfRangeException>(() => image.ReadRows(4, 4, new byte[image.ByteCount(4)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.ReadRows(1, 2, new byte[image.ByteCount(2)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.ReadRows(-2, 2, new byte[image.ByteCount(2)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.ReadRows(0, 2, new byte[image.ByteCount(3)]));
    }

    [Fact]
    public void NothingOfItStaysInTheFolder()
    {
        var path = Picture("a.png", 300, 300);
        var scratch = Directory.CreateDirectory(_folder["scratch"]).FullName;

        using (LargeImage.Open(path, scratch))
        {
            if (!OperatingSystem.IsWindows()) Assert.Empty(Directory.GetFiles(scratch)); // whatever ends the process
        }

        Assert.Empty(Directory.GetFiles(scratch));
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.bmp")]
    [InlineData("a.tiff")]
    [InlineData("a.webp")]
    public void APictureThatIsCutOffIsNamed(string name)
    {
        var bytes = File.ReadAllBytes(Picture(name, 400, 300));
        File.WriteAllBytes(_folder["cut"], bytes[..(bytes.Length / 2)]);

        var error = Assert.Throws<MediaException>(() => LargeImage.Open(_folder["cut"], _folder.Path));

        IsSentence(error, "cut");
    }

    [Fact]
    public void ATextIsNamed()
    {
        File.WriteAllText(_folder["a.png"], "no picture");

        IsSentence(Assert.Throws<MediaException>(() => LargeImage.Open(_folder["a.png"], _folder.Path)), "a.png");
    }

    [Fact]
    public void AMissingFileIsNamed() =>
        Assert.Equal(MediaFault.SourceNotFound, Assert.Throws<MediaException>(() => LargeImage.Open(_folder["gone.png"], _folder.Path)).Fault);

    [Theory]
    [InlineData(70_000, 2)]
    [InlineData(20_000, 20_000)]
    [InlineData(1_000_000_000, 1_000_000_000)]
    public void APictureThatIsTooLargeIsRefusedByWhatItSaysOfItself(int width, int height)
    {
        using (var file = File.Create(_folder["bomb.png"]))
        {
            // The header, and rows as far as they are short.
            using var png = new PngRows(file, Math.Min(width, 70_000), 2, PngPixels.Grey16);
            png.Write(new byte[2 * 2 * Math.Min(width, 70_000)]);
            png.Complete();
        }
        State(_folder["bomb.png"], width, height);

        var error = Assert.Throws<MediaException>(() => LargeImage.Open(_folder["bomb.png"], _folder.Path));

        IsSentence(error, "bomb.png");
        if (height < 1_000_000) Assert.Contains($"{width}x{height}", error.Message);
    }

    static void IsSentence(MediaException error, string names)
    {
        Assert.Equal(MediaFault.SourceUnreadable, error.Fault);
        Assert.Contains(names, error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain("@ 0x", error.Message);
    }

    /// <summary>Changes a PNG's width and height, with a CRC that agrees.</summary>
    static void State(string path, int width, int height)
    {
        var bytes = File.ReadAllBytes(path);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), width);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), height);
        var crc = uint.MaxValue;
        foreach (var value in bytes.AsSpan(12, 17))
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }

        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), ~crc);
        File.WriteAllBytes(path, bytes);
    }

    (FrameFormat Format, byte[] Planes) Whole(string path)
    {
        var plain = _folder["whole" + Path.GetExtension(path)]; // FFmpeg takes patterns for patterns
        File.Copy(path, plain);
        var facts = FFmpeg.Probe(plain, "stream=width,height").Split(',');
        return (new(int.Parse(facts[0]), int.Parse(facts[1])), FFmpeg.Decode(plain, "yuv420p", "-vf", "scale=out_range=full:out_color_matrix=bt601,format=yuv420p"));
    }

    static byte[] Rows(FrameFormat format, byte[] whole, int first, int rows)
    {
        var chroma = format.ChromaWidth * ((rows + 1) / 2);
        var u = format.LumaByteCount + format.ChromaWidth * (first / 2);
        return
        [
            .. whole.AsSpan(format.Width * first, format.Width * rows),
            .. whole.AsSpan(u, chroma),
            .. whole.AsSpan(u + format.ChromaByteCount, chroma),
        ];
    }

    string Picture(string name, int width, int height)
    {
        // FFmpeg takes patterns for patterns when it writes, too.
        var plain = _folder["plain" + Path.GetExtension(name)];
        MediaTools.FFmpeg("-f", "lavfi", "-i", $"testsrc2=s=640x480,format=rgb24,scale={width}:{height}", "-frames:v", "1", plain);
        File.Move(plain, _folder[name], overwrite: true);
        return _folder[name];
    }
}
