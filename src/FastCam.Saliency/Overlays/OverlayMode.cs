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
