namespace FastCam.Saliency.Overlays;

/// <summary>What a legend says of a layer.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Channels">Its channels.</param>
public sealed record LegendLayer(string Name, int Width, int Height, int Channels)
{
    /// <summary>Number, name and size in so many columns: what must go is taken from the name's middle.</summary>
    internal string Line(int number, int room, ITextRenderer renderer, int height)
    {
        var size = $"{Width}×{Height}×{Channels}";
        var name = TextFit.Shorten(Name, room - renderer.Measure($"{number}  {size}", height), renderer, height);
        return name.Length == 0 ? $"{number} {size}" : $"{number} {name} {size}";
    }
}
