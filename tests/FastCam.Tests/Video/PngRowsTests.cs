using FastCam.Video;

namespace FastCam.Tests.Video;

public sealed class PngRowsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(PngPixels.Rgb8, "rgb24", 3, 1, 1)]
    [InlineData(PngPixels.Rgb8, "rgb24", 3, 7, 5)]
    [InlineData(PngPixels.Rgb8, "rgb24", 3, 600, 401)]
    [InlineData(PngPixels.Grey16, "gray16be", 2, 1, 300)]
    [InlineData(PngPixels.Grey16, "gray16be", 2, 333, 222)]
    public void AnotherReaderReadsWhatWasWritten(PngPixels pixels, string format, int bytes, int width, int height)
    {
        var rowBytes = bytes * width;
        var picture = new byte[rowBytes * height];
        new Random(3).NextBytes(picture);
        using (var file = File.Create(_folder["a.png"]))
        {
            using var png = new PngRows(file, width, height, pixels);
            var half = height / 2 * rowBytes;
            png.Write(picture.AsSpan(0, half));
            png.Write(picture.AsSpan(half));
            png.Complete();
        }

        Assert.Equal($"{width},{height},{format}", FastCam.Tests.FFmpeg.Probe(_folder["a.png"], "stream=width,height,pix_fmt"));
        Assert.Equal(picture, FastCam.Tests.FFmpeg.Run("-err_detect", "crccheck+explode", "-i", _folder["a.png"], "-f", "rawvideo", "-pix_fmt", format, "pipe:1"));
    }

    [Fact]
    public void APictureWithoutAllOfItsRowsIsNotCompleted()
    {
        using var png = new PngRows(new MemoryStream(), 4, 3, PngPixels.Rgb8);
        png.Write(new byte[24]);

        Assert.Throws<InvalidOperationException>(png.Complete);
        Assert.Throws<ArgumentException>(() => png.Write(new byte[24]));
        Assert.Throws<ArgumentException>(() => png.Write(new byte[11]));
    }
}
