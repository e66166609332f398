using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCam.Saliency;

/// <summary>A map in the colours of its levels: sampled once for all planes of one size, and each plane looked up in its own table.</summary>
sealed class ColourMapInk : OverlayInk
{
    readonly BilinearRows _sampler;
    readonly ushort[][] _addends;
    readonly ushort[] _keeps;
    readonly bool _soft;
    readonly float[] _values;
    readonly int[] _levels;
    readonly ushort[] _addend;
    readonly ushort[] _keep;

    /// <param name="grid">Where the samples lie.</param>
    /// <param name="ground">What the frame leaves under the map.</param>
    /// <param name="samples">For each plane, the 256 samples of the levels.</param>
    /// <param name="opacity">The share of the colours, 0..1.</param>
    /// <param name="soft">True where that share is of the highest level, and lower levels have less.</param>
    public ColourMapInk(OverlayGrid grid, OverlayGround ground, double[][] samples, double opacity, bool soft)
    {
        _sampler = new BilinearRows(grid.X, grid.Y);
        _soft = soft;
        var shares = Enumerable.Range(0, 256).Select(level => Blending.Share(soft ? opacity * level / 255 : opacity)).ToArray();
        _keeps = [.. shares.Select(share => (ushort)ground.Keep(share))];
        _addends = [.. samples.Select(plane => plane.Select((sample, level) => ground.Addend(sample, shares[level])).ToArray())];
        var columns = grid.X.Before.Length;
        _values = new float[columns];
        _levels = new int[columns];
        _addend = new ushort[columns];
        _keep = new ushort[columns];
    }

    public override void Begin() => _sampler.Begin();

    // Inlined into the loop over the rows, the loops in here have been seen to run 1.6 times slower.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void MoveTo(ReadOnlySpan<float> picture, int row)
    {
        _sampler.Row(picture, row, _values);
        Quantise(_values, _levels);
        if (_soft)
            LookUp(_levels, _keeps, _keep);
    }

    public override void Mix(int plane, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        LookUp(_levels, _addends[plane], _addend);
        if (_soft)
            Blending.Mix(source, _keep, _addend, destination);
        else
            Blending.Mix(source, _keeps[0], _addend, destination);
    }

    /// <summary>Saliency 0..1 to level 0..255; NaN to 0.</summary>
    static void Quantise(ReadOnlySpan<float> values, Span<int> levels)
    {
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var level = Vector.ConvertToInt32(new Vector<float>(values[i..]) * 255 + new Vector<float>(0.5f));
            Vector.Clamp(level, Vector<int>.Zero, new Vector<int>(255)).CopyTo(levels[i..]);
        }

        for (; i < values.Length; i++)
            levels[i] = Math.Clamp((int)(values[i] * 255 + 0.5f), 0, 255);
    }

    static void LookUp(ReadOnlySpan<int> levels, ushort[] table, Span<ushort> row)
    {
        // Quantise leaves no level outside the table's 256 entries: no bounds checks.
        ref var first = ref MemoryMarshal.GetArrayDataReference(table);
        for (var i = 0; i < row.Length; i++)
            row[i] = Unsafe.Add(ref first, levels[i]);
    }
}
