namespace FastCam.Saliency.Imaging;

/// <summary>Full-range BT.601, as of JPEG: from red, green and blue, 0..255, to luma and chroma, 0..255.</summary>
static class Bt601
{
    public const float RedWeight = 0.299f, GreenWeight = 0.587f, BlueWeight = 0.114f;

    /// <summary>Chroma without colour.</summary>
    public const byte Neutral = 128;

    /// <summary>From blue − Y, and from red − Y, to the chroma about <see cref="Neutral"/>.</summary>
    public const float BlueDifference = 0.5f / (1 - BlueWeight), RedDifference = 0.5f / (1 - RedWeight);

    public static (double Y, double U, double V) FromRgb(double red, double green, double blue)
    {
        var y = RedWeight * red + GreenWeight * green + BlueWeight * blue;
        return (y, Math.Min(Neutral + (blue - y) * BlueDifference, 255), Math.Min(Neutral + (red - y) * RedDifference, 255));
    }
}
