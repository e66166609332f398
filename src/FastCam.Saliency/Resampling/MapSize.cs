namespace FastCam.Saliency.Resampling;

/// <summary>The size of a saliency map, whose values lie row by row.</summary>
/// <param name="Width">Pixels a row.</param>
/// <param name="Height">Rows.</param>
public readonly record struct MapSize(int Width, int Height)
{
    /// <summary>Width × height.</summary>
    public int Pixels => Width * Height;

    /// <inheritdoc/>
    public override string ToString() => $"{Width}×{Height}";

    internal void ThrowIfEmpty(string parameter)
    {
        if (Width <= 0 || Height <= 0)
            throw new ArgumentException($"A map of {this} has no pixels.", parameter);
    }

    internal void ThrowIfNot(int pixels, string parameter)
    {
        if (pixels != Pixels)
            throw new ArgumentException($"{pixels} values are not a map of {this}.", parameter);
    }
}
