using FastCam.Edge.Text;
using FastCam.Saliency.Imaging;
using FastCam.Tests.Saliency;

namespace FastCam.Tests.Text;

/// <summary>Renders a line of text on black, to compare with what is drawn.</summary>
static unsafe class Written
{
    /// <summary>Asserts that a line stands at a place of an image that was black there, pixel by pixel.</summary>
    public static void At(I420 image, int x, int y, string text, int height)
    {
        var (width, expected) = OnBlack(text, height);
        Assert.Contains(expected, luma => luma > 200);
        var found = new byte[expected.Length];
        for (var i = 0; i < found.Length; i++)
            found[i] = image.Y[(nint)(y + i / width) * image.StrideY + x + i % width];
        Assert.True(expected.AsSpan().SequenceEqual(found), $"At {x}, {y} stands something else than {text}.");
    }

    /// <summary>Returns the width of a line and its luma, row by row.</summary>
    public static (int Width, byte[] Luma) OnBlack(string text, int height)
    {
        var sprite = SkiaText.Shared.Render(text, height);
        var image = new TestImage(sprite.Width, sprite.Height, seed: 1);
        var luma = new byte[sprite.Width * sprite.Height];
        for (var row = 0; row < sprite.Height; row++)
            new Span<byte>(image.View.Y + row * image.View.StrideY, sprite.Width).Clear();
        sprite.Draw(image.View, 0, 0);
        for (var i = 0; i < luma.Length; i++)
            luma[i] = image.Sample(0, i % sprite.Width, i / sprite.Width);
        return (sprite.Width, luma);
    }
}
