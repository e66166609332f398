using FastCam.Video.Frames;
using FastCam.Video.Stills;

namespace FastCam.Tests.Video;

/// <summary>Holds the conversion for windows, which is vectorised, to the plain one, on sizes with every remainder of its vectors.</summary>
public sealed class I420ConversionTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(16, 2)]
    [InlineData(17, 5)]
    [InlineData(25, 4)]
    [InlineData(641, 361)]
    public void Blue_green_red_are_the_colours_of_the_plain_conversion(int width, int height)
    {
        var format = new FrameFormat(width, height);
        var planes = new byte[format.ByteCount];
        new Random(width).NextBytes(planes);
        var (rgb, bgra) = (new byte[3 * width * height], new byte[4 * width * height]);

        I420Conversion.ToRgb(planes, format, rgb);
        I420Conversion.ToBgra(planes, format, bgra);

        for (var i = 0; i < width * height; i++)
            Assert.Equal((rgb[3 * i + 2], rgb[3 * i + 1], rgb[3 * i], 255), (bgra[4 * i], bgra[4 * i + 1], bgra[4 * i + 2], bgra[4 * i + 3]));
    }
}
