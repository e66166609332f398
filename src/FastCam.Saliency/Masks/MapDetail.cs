using FastCam.Saliency.Imaging;
using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Masks;

/// <summary>
/// A part of a map, enlarged bilinearly (half-pixel centres, clamped at the map's edges) to the resolution of the image that it
/// lies on. Holds work buffers, and no call allocates: one thread at a time.
/// </summary>
public sealed class MapDetail
{
    readonly MapSize _map;
    readonly MapSize _detail;
    readonly BilinearRows _rows;

    /// <param name="map">The size of the whole map.</param>
    /// <param name="part">The part that is enlarged, in the map's pixels, measured between edges.</param>
    /// <param name="detail">The size that it is enlarged to.</param>
    /// <exception cref="ArgumentException">A size has no pixels.</exception>
    public MapDetail(MapSize map, SourceRectangle part, MapSize detail)
    {
        map.ThrowIfEmpty(nameof(map));
        detail.ThrowIfEmpty(nameof(detail));
        _map = map;
        _detail = detail;
        _rows = new BilinearRows(Axis(map.Width, part.X, part.Width, detail.Width), Axis(map.Height, part.Y, part.Height, detail.Height));
    }

    /// <summary>Enlarges the part.</summary>
    /// <exception cref="ArgumentException">A length is not that of its size.</exception>
    public void Apply(ReadOnlySpan<float> map, Span<float> detail)
    {
        _map.ThrowIfNot(map.Length, nameof(map));
        _detail.ThrowIfNot(detail.Length, nameof(detail));
        _rows.Begin();
        for (var y = 0; y < _detail.Height; y++)
            _rows.Row(map, y, detail.Slice(y * _detail.Width, _detail.Width));
    }

    static BilinearAxis Axis(int source, double start, double length, int target)
    {
        var step = length / target;
        return new BilinearAxis(source, target, start + step / 2 - 0.5, step);
    }
}
