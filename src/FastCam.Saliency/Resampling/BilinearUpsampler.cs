namespace FastCam.Saliency.Resampling;

/// <summary>
/// Bilinear resizing with half-pixel centres (align_corners = false), clamped at the edges, without antialiasing. The tables
/// are computed once and no call allocates. Holds work buffers: one thread at a time.
/// </summary>
public sealed class BilinearUpsampler
{
    readonly MapSize _source;
    readonly MapSize _target;
    readonly BilinearRows _rows;

    /// <summary>Prepares resizing from one size to another.</summary>
    /// <exception cref="ArgumentException">A size without pixels.</exception>
    public BilinearUpsampler(MapSize source, MapSize target)
    {
        source.ThrowIfEmpty(nameof(source));
        target.ThrowIfEmpty(nameof(target));
        _source = source;
        _target = target;
        _rows = BilinearRows.Resize(source, target);
    }

    /// <summary>target = source, resized.</summary>
    /// <exception cref="ArgumentException">A map is not of its size.</exception>
    public void Resize(ReadOnlySpan<float> source, Span<float> target)
    {
        _source.ThrowIfNot(source.Length, nameof(source));
        _target.ThrowIfNot(target.Length, nameof(target));
        _rows.Begin();
        for (var y = 0; y < _target.Height; y++)
            _rows.Row(source, y, target.Slice(y * _target.Width, _target.Width));
    }
}
