using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

/// <summary>A map in the colours of its levels, each with a share of its own: two numbers of 16 bits are looked up for each sample.</summary>
sealed class SoftColourMapInk : OverlayInk
{
    readonly BilinearRows _rows;
    readonly ushort[][] _addends;
    readonly ushort[] _keeps;
    readonly byte[] _levels;
    readonly ushort[] _addend;
    readonly ushort[] _keep;

    /// <param name="grid">Where the samples lie.</param>
    /// <param name="samples">For each plane, the 256 samples of the levels.</param>
    /// <param name="opacity">The share of the highest level's colour, 0..1; the others have less in proportion.</param>
    public SoftColourMapInk(OverlayGrid grid, double[][] samples, double opacity)
    {
        _rows = new BilinearRows(grid.X, grid.Y);
        var shares = Enumerable.Range(0, 256).Select(level => Blending.Share(opacity * level / 255)).ToArray();
        _keeps = [.. shares.Select(share => (ushort)(Blending.One - share))];
        _addends = [.. samples.Select(plane => plane.Select((sample, level) => Blending.Addend(sample, shares[level])).ToArray())];
        var columns = grid.X.Target;
        _levels = new byte[BilinearRows.PaddedLength(columns)];
        (_addend, _keep) = (new ushort[columns], new ushort[columns]);
    }

    public override void Begin() => _rows.Begin();

    // Inlined into the loop over the rows, the loops in here have been seen to run 1.6 times slower.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void MoveTo(ReadOnlySpan<float> picture, int row)
    {
        _rows.Bytes(picture, row, _levels);
        LookUp(_levels, _keeps, _keep);
    }

    public override void Mix(int plane, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        LookUp(_levels, _addends[plane], _addend);
        Blending.Mix(source, _keep, _addend, destination);
    }

    static void LookUp(ReadOnlySpan<byte> levels, ushort[] table, Span<ushort> row)
    {
        // No byte lies outside the table's 256 entries: no bounds checks.
        ref var first = ref MemoryMarshal.GetArrayDataReference(table);
        levels = levels[..row.Length];
        for (var i = 0; i < row.Length; i++)
            row[i] = Unsafe.Add(ref first, levels[i]);
    }
}
