using FastCam.Saliency.Imaging;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

/// <summary>How a saliency picture and the frame share the pixels of an overlay.</summary>
public enum OverlayMode
{
    /// <summary>(1 − opacity) · frame + opacity · picture.</summary>
    Colour,

    /// <summary>The same over the frame in grey, so that every colour means saliency; the paper's figures, at opacity 0.75.</summary>
    Grey,

    /// <summary>The opacity follows the saliency, opacity · saliency for each pixel, so that what is not salient stays clear.</summary>
    Soft,

    /// <summary>The picture without the frame, whatever the opacity; black outside.</summary>
    Alone,

    /// <summary>The frame as it is on the left, and as in <see cref="Colour"/> on the right.</summary>
    SideBySide,
}

/// <summary>What lies under an overlay's picture in one plane: the frame's samples, or one sample in place of them all.</summary>
/// <param name="HoldsFrame">True where the plane shows the frame.</param>
/// <param name="Sample">Black: what stands for the frame where it is not shown, and what it is dimmed towards.</param>
readonly record struct OverlayGround(bool HoldsFrame, byte Sample)
{
    public static OverlayGround Luma(OverlayMode mode) => new(mode is not OverlayMode.Alone, 0);

    public static OverlayGround Chroma(OverlayMode mode) => new(mode is not (OverlayMode.Alone or OverlayMode.Grey), Bt601.Neutral);

    /// <summary>What is kept of the frame under a picture that has <paramref name="share"/>.</summary>
    public int Keep(int share) => HoldsFrame ? Blending.One - share : 0;

    /// <summary>The weight that blending gives the ink of a picture that has <paramref name="share"/>.</summary>
    public int Weight(int share) => HoldsFrame ? share : Blending.One;

    /// <summary>The ink for a picture's sample that has <paramref name="share"/>: where the frame is not shown, what stands for it is in the ink already.</summary>
    public double Ink(double sample, int share) => HoldsFrame ? sample : (sample * share + Sample * (Blending.One - share)) / Blending.One;
}
