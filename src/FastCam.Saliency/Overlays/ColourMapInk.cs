using FastCam.Saliency.Imaging;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

/// <summary>A map in the colours of its levels: sampled once for all planes of one size, and each plane looked up in its own table.</summary>
sealed class ColourMapInk : OverlayInk
{
    readonly BilinearRows _rows;
    readonly byte[][] _tables;
    readonly int _keep;
    readonly int _weight;
    readonly byte[] _levels;
    readonly byte[] _colours;

    /// <param name="grid">Where the samples lie.</param>
    /// <param name="ground">What lies under the map.</param>
    /// <param name="samples">For each plane, the 256 samples of the levels.</param>
    /// <param name="opacity">The share of the colours, 0..1.</param>
    public ColourMapInk(OverlayGrid grid, OverlayGround ground, double[][] samples, double opacity)
    {
        var share = Blending.Share(opacity);
        (_keep, _weight) = (ground.Keep(share), ground.Weight(share));
        _tables = [.. samples.Select(plane => plane.Select(sample => (byte)Math.Round(ground.Ink(sample, share))).ToArray())];
        _rows = new BilinearRows(grid.X, grid.Y);
        var length = BilinearRows.PaddedLength(grid.X.Target);
        (_levels, _colours) = (new byte[length], new byte[length]);
    }

    public override void Begin() => _rows.Begin();

    public override void MoveTo(ReadOnlySpan<float> picture, int row) => _rows.Bytes(picture, row, _levels);

    public override void Mix(int plane, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ByteTable.LookUp(_tables[plane], _levels, _colours);
        Blending.Mix(source, _keep, _colours, _weight, destination);
    }
}
