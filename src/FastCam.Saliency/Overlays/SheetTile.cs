namespace FastCam.Saliency.Overlays;

/// <summary>What stands above a tile of a <see cref="Sheet"/>.</summary>
/// <param name="Caption">One line.</param>
/// <param name="Chip">A colour to the left of it, such as a layer's hue in LOVI; null for none.</param>
public sealed record SheetTile(string Caption, (byte Red, byte Green, byte Blue)? Chip = null);
