using FastCam.Saliency.Overlays;

namespace FastCam.Edge.Overlays;

/// <summary>What is drawn and how.</summary>
/// <param name="View">The map.</param>
/// <param name="Mode">How the map and the frame share the pixels.</param>
/// <param name="Legend">Whether a legend says what the colours mean.</param>
/// <param name="Opacity">The share of the colours, 0..1.</param>
/// <param name="Colours">The colours of a single map.</param>
sealed record OverlaySettings(View View, OverlayMode Mode, bool Legend, float Opacity, ColourMap Colours);
