using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Resampling;

/// <summary>
/// Bilinear resampling of a map, one target row at a time from the top down. Each source row is stretched once, and target
/// rows are mixed from the two stretched rows around them. Holds work buffers: one thread at a time.
/// </summary>
sealed class BilinearRows
{
    static readonly int Lanes = Lanes512.IsHardwareAccelerated ? Lanes512.Count : Lanes256.IsHardwareAccelerated ? Lanes256.Count : Lanes128.Count;

    readonly BilinearAxis _x;
    readonly BilinearAxis _y;
    readonly float[] _row;
    readonly int[] _firsts;
    readonly int[] _picks;
    readonly float[] _fractions;
    readonly bool _hasWindows = true;
    AlignedRow _above;
    AlignedRow _below;
    int _rowAbove = -1;
    int _rowBelow = -1;

    public BilinearRows(BilinearAxis x, BilinearAxis y)
    {
        (_x, _y) = (x, y);
        var columns = x.Target;
        var length = PaddedLength(columns);
        // Stretched rows hold whole vectors; the source row is read a vector and one value from any of its values on.
        (_above, _below, _row) = (new AlignedRow(length), new AlignedRow(length), new float[x.Source + 1 + Lanes]);
        (_firsts, _picks, _fractions) = (new int[(columns + Lanes - 1) / Lanes], new int[length], new float[length]);
        for (var i = 0; i < columns; i++)
        {
            var sample = x[i];
            if (i % Lanes == 0) _firsts[i / Lanes] = sample.Before;
            _picks[i] = sample.Before - _firsts[i / Lanes];
            _fractions[i] = sample.Fraction;
            _hasWindows &= _picks[i] < Lanes;
        }
    }

    /// <summary>All of a map, edge to edge.</summary>
    public static BilinearRows Resize(MapSize source, MapSize target) => new(BilinearAxis.Resize(source.Width, target.Width), BilinearAxis.Resize(source.Height, target.Height));

    /// <summary>The length of a row of bytes that holds so many targets and that every SIMD width divides.</summary>
    public static int PaddedLength(int targets) => (targets + Bytes512.Count - 1) / Bytes512.Count * Bytes512.Count;

    /// <summary>To be called before the first row of each map.</summary>
    public void Begin() => _rowAbove = _rowBelow = -1;

    /// <summary>Target row <paramref name="row"/> of <paramref name="source"/>.</summary>
    public void Row(ReadOnlySpan<float> source, int row, Span<float> target)
    {
        var fraction = MoveTo(source, row);
        if (Lanes512.IsHardwareAccelerated && target.Length >= Lanes512.Count)
            BilinearKernel<Lanes512>.Row(_above.Values, _below.Values, fraction, target);
        else if (Lanes256.IsHardwareAccelerated && target.Length >= Lanes256.Count)
            BilinearKernel<Lanes256>.Row(_above.Values, _below.Values, fraction, target);
        else if (target.Length >= Lanes128.Count)
            BilinearKernel<Lanes128>.Row(_above.Values, _below.Values, fraction, target);
        else
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = _above.Values[i] + (_below.Values[i] - _above.Values[i]) * fraction;
        }
    }

    /// <summary>What target row <paramref name="row"/> of a map is mixed from; until the next row is asked for.</summary>
    public unsafe RowMix Mix(ReadOnlySpan<float> source, int row, float weight)
    {
        var below = weight * MoveTo(source, row);
        return new RowMix((nint)_above.First, (nint)_below.First, weight - below, below);
    }

    /// <summary>The sum of rows, held at or below <paramref name="ceiling"/>.</summary>
    public static void Combine(ReadOnlySpan<RowMix> rows, float ceiling, Span<float> target)
    {
        if (Lanes512.IsHardwareAccelerated)
            BilinearKernel<Lanes512>.Combine(rows, ceiling, target);
        else if (Lanes256.IsHardwareAccelerated)
            BilinearKernel<Lanes256>.Combine(rows, ceiling, target);
        else
            BilinearKernel<Lanes128>.Combine(rows, ceiling, target);
    }

    /// <summary>The whole parts of a row.</summary>
    /// <param name="source">A map of values in [0, 256).</param>
    /// <param name="row">The target row.</param>
    /// <param name="target">The <see cref="PaddedLength"/> of the targets.</param>
    public void Bytes(ReadOnlySpan<float> source, int row, Span<byte> target)
    {
        var fraction = MoveTo(source, row);
        if (Lanes512.IsHardwareAccelerated)
            BilinearKernel<Lanes512>.Bytes(_above.Values, _below.Values, fraction, target);
        else if (Lanes256.IsHardwareAccelerated)
            BilinearKernel<Lanes256>.Bytes(_above.Values, _below.Values, fraction, target);
        else
            BilinearKernel<Lanes128>.Bytes(_above.Values, _below.Values, fraction, target);
    }

    /// <summary>Stretches the source rows around a target row, and says how far it lies from the one to the other.</summary>
    float MoveTo(ReadOnlySpan<float> source, int row)
    {
        var sample = _y[row];
        if (sample.Before != _rowAbove || sample.After != _rowBelow) Stretch(source, sample.Before, sample.After);
        return sample.Fraction;
    }

    void Stretch(ReadOnlySpan<float> source, int rowAbove, int rowBelow)
    {
        if (rowAbove == _rowBelow)
            (_above, _below, _rowAbove, _rowBelow) = (_below, _above, _rowBelow, _rowAbove);
        if (rowAbove != _rowAbove)
            Stretch(source.Slice(rowAbove * _x.Source, _x.Source), _above.Values);
        if (rowBelow != _rowBelow)
            Stretch(source.Slice(rowBelow * _x.Source, _x.Source), _below.Values);
        (_rowAbove, _rowBelow) = (rowAbove, rowBelow);
    }

    void Stretch(ReadOnlySpan<float> row, Span<float> stretched)
    {
        row.CopyTo(_row);
        _row[row.Length] = row[^1];
        if (!_hasWindows)
        {
            for (var i = 0; i < _x.Target; i++)
            {
                var before = _firsts[i / Lanes] + _picks[i];
                var (from, to) = (_row[before], _row[before + 1]);
                stretched[i] = from + (to - from) * _fractions[i];
            }
        }
        else if (Lanes512.IsHardwareAccelerated)
            BilinearKernel<Lanes512>.Stretch(_row, _firsts, _picks, _fractions, stretched);
        else if (Lanes256.IsHardwareAccelerated)
            BilinearKernel<Lanes256>.Stretch(_row, _firsts, _picks, _fractions, stretched);
        else
            BilinearKernel<Lanes128>.Stretch(_row, _firsts, _picks, _fractions, stretched);
    }
}
