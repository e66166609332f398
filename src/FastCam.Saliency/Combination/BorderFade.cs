using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Combination;

/// <summary>
/// Fades the outermost cells of a normalised layer map towards 0, before it is combined: zero padding makes the rim of deep
/// layers salient.
/// </summary>
public sealed class BorderFade
{
    readonly int _cells;

    /// <summary>Prepares the fading of so many cells from each edge.</summary>
    /// <param name="cells">How many, at least 1. The cell at distance d from the nearest edge is multiplied by
    /// (d + 1) / (cells + 1): with one cell the rim counts half, with two one third and two thirds.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one cell.</exception>
    public BorderFade(int cells)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cells);
        _cells = cells;
    }

    /// <summary>Fades a map in place. Allocates nothing; any number of threads may call it.</summary>
    /// <param name="map">The normalised map at its own size, 0..1 before and after.</param>
    /// <param name="size">That size.</param>
    /// <exception cref="ArgumentException">The map is not of its size.</exception>
    public void Apply(Span<float> map, MapSize size)
    {
        size.ThrowIfNot(map.Length, nameof(map));
        for (var y = 0; y < size.Height; y++)
        {
            var row = map.Slice(y * size.Width, size.Width);
            var distanceY = Math.Min(y, size.Height - 1 - y);
            for (var x = 0; x < size.Width; x++)
            {
                var distance = Math.Min(distanceY, Math.Min(x, size.Width - 1 - x));
                if (distance < _cells)
                    row[x] *= (distance + 1f) / (_cells + 1f);
            }
        }
    }
}
