using FastCam.Saliency.Overlays;

namespace FastCam.Edge.Pipeline;

/// <summary>What is drawn and how.</summary>
/// <param name="View">The map.</param>
/// <param name="Mode">How it lies on the picture.</param>
/// <param name="Legend">Whether the picture says what its colours mean.</param>
/// <param name="Opacity">The share of the colours, 0..1.</param>
/// <param name="Colours">The colours of a single map.</param>
sealed record PictureSettings(View View, OverlayMode Mode, bool Legend, float Opacity, ColourMap Colours);
