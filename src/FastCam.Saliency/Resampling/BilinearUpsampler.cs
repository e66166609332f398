using System.Runtime.CompilerServices;
using FastCam.Saliency.Simd;

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

/// <summary>
/// Bilinear resampling of a map, one target row at a time from the top down. Each source row is stretched once, and target
/// rows are mixed from the two stretched rows around them. Holds work buffers: one thread at a time.
/// </summary>
sealed class BilinearRows
{
    static readonly int Lanes = VectorWidth.Lanes;

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
            if (i % Lanes == 0)
                _firsts[i / Lanes] = sample.Before;
            _picks[i] = sample.Before - _firsts[i / Lanes];
            _fractions[i] = sample.Fraction;
            _hasWindows &= _picks[i] < Lanes;
        }
    }

    /// <summary>All of a map, edge to edge.</summary>
    public static BilinearRows Resize(MapSize source, MapSize target) =>
        new(BilinearAxis.Resize(source.Width, target.Width), BilinearAxis.Resize(source.Height, target.Height));

    /// <summary>The length of a row of bytes that holds so many targets and that every SIMD width divides.</summary>
    public static int PaddedLength(int targets) => (targets + Bytes512.Count - 1) / Bytes512.Count * Bytes512.Count;

    /// <summary>To be called before the first row of each map.</summary>
    public void Begin() => _rowAbove = _rowBelow = -1;

    /// <summary>Target row <paramref name="row"/> of <paramref name="source"/>.</summary>
    public void Row(ReadOnlySpan<float> source, int row, Span<float> target)
    {
        var fraction = MoveTo(source, row);
        if (VectorWidth.TryRun(new RowCall(_above.Values, _below.Values, fraction, target), target.Length))
            return;
        for (var i = 0; i < target.Length; i++)
            target[i] = _above.Values[i] + (_below.Values[i] - _above.Values[i]) * fraction;
    }

    /// <summary>What target row <paramref name="row"/> of a map is mixed from; until the next row is asked for.</summary>
    public unsafe RowMix Mix(ReadOnlySpan<float> source, int row, float weight)
    {
        var below = weight * MoveTo(source, row);
        return new RowMix((nint)_above.First, (nint)_below.First, weight - below, below);
    }

    /// <summary>The sum of rows, held at or below <paramref name="ceiling"/>.</summary>
    public static void Combine(ReadOnlySpan<RowMix> rows, float ceiling, Span<float> target) => VectorWidth.Run(new CombineCall(rows, ceiling, target));

    /// <summary>The whole parts of a row.</summary>
    /// <param name="source">A map of values in [0, 256).</param>
    /// <param name="row">The target row.</param>
    /// <param name="target">The <see cref="PaddedLength"/> of the targets.</param>
    public void Bytes(ReadOnlySpan<float> source, int row, Span<byte> target)
    {
        var fraction = MoveTo(source, row);
        VectorWidth.Run(new BytesCall(_above.Values, _below.Values, fraction, target));
    }

    /// <summary>Stretches the source rows around a target row, and says how far it lies from the one to the other.</summary>
    float MoveTo(ReadOnlySpan<float> source, int row)
    {
        var sample = _y[row];
        if (sample.Before != _rowAbove || sample.After != _rowBelow)
            Stretch(source, sample.Before, sample.After);
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
        else
        {
            VectorWidth.Run(new StretchCall(this, stretched));
        }
    }

    readonly ref struct RowCall(ReadOnlySpan<float> above, ReadOnlySpan<float> below, float fraction, Span<float> target) : ILaneCall
    {
        readonly ReadOnlySpan<float> _above = above;
        readonly ReadOnlySpan<float> _below = below;
        readonly Span<float> _target = target;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<T>() where T : unmanaged, ILanes<T> => BilinearKernel<T>.Row(_above, _below, fraction, _target);
    }

    readonly ref struct BytesCall(ReadOnlySpan<float> above, ReadOnlySpan<float> below, float fraction, Span<byte> target) : ILaneCall
    {
        readonly ReadOnlySpan<float> _above = above;
        readonly ReadOnlySpan<float> _below = below;
        readonly Span<byte> _target = target;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<T>() where T : unmanaged, ILanes<T> => BilinearKernel<T>.Bytes(_above, _below, fraction, _target);
    }

    readonly ref struct CombineCall(ReadOnlySpan<RowMix> rows, float ceiling, Span<float> target) : ILaneCall
    {
        readonly ReadOnlySpan<RowMix> _rows = rows;
        readonly Span<float> _target = target;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<T>() where T : unmanaged, ILanes<T> => BilinearKernel<T>.Combine(_rows, ceiling, _target);
    }

    readonly ref struct StretchCall(BilinearRows rows, Span<float> stretched) : ILaneCall
    {
        readonly Span<float> _stretched = stretched;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<T>() where T : unmanaged, ILanes<T> =>
            BilinearKernel<T>.Stretch(rows._row, rows._firsts, rows._picks, rows._fractions, _stretched);
    }
}

/// <summary>Values that begin on a cache line and do not move: a vector that straddles two lines would cost two accesses.</summary>
sealed unsafe class AlignedRow
{
    const int CacheLine = 64;

    readonly float[] _memory;
    readonly int _offset;
    readonly int _length;

    public AlignedRow(int length)
    {
        _length = length;
        _memory = GC.AllocateArray<float>(length + CacheLine / sizeof(float), pinned: true);
        fixed (float* first = _memory)
        {
            First = (float*)(((nuint)first + CacheLine - 1) & ~(nuint)(CacheLine - 1));
            _offset = (int)(First - first);
        }
    }

    /// <summary>Valid as long as this object is referenced.</summary>
    public float* First { get; }

    public Span<float> Values => _memory.AsSpan(_offset, _length);
}
