using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCam.Saliency;

/// <summary>
/// Bilinear resampling of a map, one target row at a time from the top down. Each source row is stretched once, and target
/// rows are mixed from the two stretched rows around them. Holds work buffers: one thread at a time.
/// </summary>
sealed class BilinearRows(BilinearAxis x, BilinearAxis y)
{
    float[] _above = new float[x.Before.Length];
    float[] _below = new float[x.Before.Length];
    int _rowAbove = -1;
    int _rowBelow = -1;

    /// <summary>To be called before the first row of each map.</summary>
    public void Begin() => _rowAbove = _rowBelow = -1;

    /// <summary>Target row <paramref name="row"/> of <paramref name="source"/>.</summary>
    public void Row(ReadOnlySpan<float> source, int row, Span<float> target)
    {
        MoveTo(source, y.Before[row], y.After[row]);
        ReadOnlySpan<float> above = _above;
        ReadOnlySpan<float> below = _below;
        var fraction = y.Fraction[row];
        var i = 0;
        for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var a = new Vector<float>(above[i..]);
            (a + (new Vector<float>(below[i..]) - a) * fraction).CopyTo(target[i..]);
        }

        for (; i < target.Length; i++)
            target[i] = above[i] + (below[i] - above[i]) * fraction;
    }

    void MoveTo(ReadOnlySpan<float> source, int rowAbove, int rowBelow)
    {
        if (rowAbove == _rowBelow)
            (_above, _below, _rowAbove, _rowBelow) = (_below, _above, _rowBelow, _rowAbove);
        if (rowAbove != _rowAbove)
            Stretch(source.Slice(rowAbove * x.Source, x.Source), _above);
        if (rowBelow != _rowBelow)
            Stretch(source.Slice(rowBelow * x.Source, x.Source), _below);
        (_rowAbove, _rowBelow) = (rowAbove, rowBelow);
    }

    void Stretch(ReadOnlySpan<float> row, float[] stretched)
    {
        // The axis only holds indices below x.Source, the length of the row: no bounds checks.
        ref var first = ref MemoryMarshal.GetReference(row);
        var before = x.Before;
        var after = x.After[..before.Length];
        var fraction = x.Fraction[..before.Length];
        for (var i = 0; i < before.Length; i++)
        {
            var a = Unsafe.Add(ref first, before[i]);
            stretched[i] = a + (Unsafe.Add(ref first, after[i]) - a) * fraction[i];
        }
    }
}
