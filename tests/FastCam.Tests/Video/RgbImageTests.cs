using FastCam.Video;

namespace FastCam.Tests.Video;

public sealed class RgbImageTests : IDisposable
{
    readonly Tests.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_png_comes_back_bit_by_bit()
    {
        var pixels = new byte[3 * 37 * 29];
        new Random(1).NextBytes(pixels);
        var path = _folder.File("noise.png");

        new RgbImage(37, 29, pixels).SavePng(path);
        var image = RgbImage.Load(path);

        Assert.Equal((37, 29), (image.Width, image.Height));
        Assert.Equal(pixels, image.Pixels);
        Assert.Equal(pixels, FFmpeg.Decode(path, "rgb24"));
    }

    [Fact]
    public void A_jpeg_s_colours_are_right()
    {
        var (red, blue) = (new byte[] { 200, 30, 40 }, new byte[] { 20, 60, 180 });
        var pixels = new byte[3 * 64 * 64];
        for (var i = 0; i < 64 * 64; i++) (i % 64 < 32 ? red : blue).CopyTo(pixels, 3 * i);
        var png = _folder.File("halves.png");
        var jpeg = _folder.File("halves.jpg");
        new RgbImage(64, 64, pixels).SavePng(png);
        FFmpeg.Run("-i", png, "-pix_fmt", "yuvj420p", "-q:v", "1", jpeg);

        var image = RgbImage.Load(jpeg);

        for (var colour = 0; colour < 3; colour++)
        {
            Assert.InRange(image.Pixels[3 * (32 * 64 + 10) + colour], red[colour] - 3, red[colour] + 3);
            Assert.InRange(image.Pixels[3 * (32 * 64 + 54) + colour], blue[colour] - 3, blue[colour] + 3);
        }
    }

    [Fact]
    public void What_is_no_picture_is_refused_in_a_sentence()
    {
        Assert.Equal(MediaFault.SourceNotFound, Assert.Throws<MediaException>(() => RgbImage.Load(_folder.File("nowhere.png"))).Fault);
        Assert.Equal(MediaFault.SourceUnreadable, Assert.Throws<MediaException>(() => RgbImage.Load(_folder.Write("text.png", "hello"u8.ToArray()))).Fault);
        Assert.Equal(MediaFault.SourceUnreadable, Assert.Throws<MediaException>(() => RgbImage.Load(_folder.Write("cut.jpg", [0xFF, 0xD8, 0xFF, 0xE0, 1, 2]))).Fault);
    }

    [Fact]
    public void A_picture_beyond_the_largest_is_refused()
    {
        var path = _folder.File("wide.png");
        FFmpeg.Run("-f", "lavfi", "-i", "color=s=8200x2", "-frames:v", "1", path);

        Assert.Contains("8192", Assert.Throws<MediaException>(() => RgbImage.Load(path)).Message);
    }
}
