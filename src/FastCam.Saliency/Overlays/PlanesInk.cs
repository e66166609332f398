using FastCam.Saliency.Resampling;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

/// <summary>A picture that has its own colours, as <see cref="OverlayPicture"/> prepares it: its planes are sampled like maps.</summary>
sealed class PlanesInk : OverlayInk
{
    readonly int _pixels;
    readonly int _first;
    readonly int _keep;
    readonly int _weight;
    readonly BilinearRows[] _rows;
    readonly byte[][] _colours;

    /// <param name="grid">Where the samples lie.</param>
    /// <param name="map">The picture's size.</param>
    /// <param name="first">The first of its planes that belongs here.</param>
    /// <param name="planes">How many of them do.</param>
    /// <param name="ground">What lies under the picture.</param>
    /// <param name="opacity">The share of the picture, 0..1.</param>
    public PlanesInk(OverlayGrid grid, MapSize map, int first, int planes, OverlayGround ground, double opacity)
    {
        (_pixels, _first) = (map.Pixels, first);
        var share = Blending.Share(opacity);
        (_keep, _weight) = (ground.Keep(share), ground.Weight(share));
        _rows = [.. Enumerable.Range(0, planes).Select(_ => new BilinearRows(grid.X, grid.Y))];
        _colours = [.. _rows.Select(_ => new byte[BilinearRows.PaddedLength(grid.X.Target)])];
    }

    public override void Begin()
    {
        foreach (var rows in _rows)
            rows.Begin();
    }

    public override void MoveTo(ReadOnlySpan<float> picture, int row)
    {
        for (var plane = 0; plane < _rows.Length; plane++)
            _rows[plane].Bytes(picture.Slice((_first + plane) * _pixels, _pixels), row, _colours[plane]);
    }

    public override void Mix(int plane, ReadOnlySpan<byte> source, Span<byte> destination) => Blending.Mix(source, _keep, _colours[plane], _weight, destination);
}
