using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastCam.Onnx.Input;

/// <summary>
/// Antialiased bilinear resampling along one axis, as Pillow does it for images of 8 bits: a triangle as wide as the reduction,
/// cut off at the edges, its weights in fixed point, each result a byte.
/// </summary>
sealed class StillAxis
{
    const int Precision = 22;
    const int Half = 1 << (Precision - 1);

    readonly int[] _first;
    readonly int[] _count;
    readonly int[] _weights;
    readonly int _taps;

    public StillAxis(int source, int target)
    {
        _first = new int[target];
        _count = new int[target];
        var scale = (double)source / target;
        var support = Math.Max(scale, 1);
        _taps = (int)Math.Ceiling(support) * 2 + 1;
        _weights = new int[target * _taps];
        for (var i = 0; i < target; i++)
        {
            var centre = (i + 0.5) * scale;
            _first[i] = Math.Max((int)(centre - support + 0.5), 0);
            var end = Math.Min((int)(centre + support + 0.5), source);
            var triangle = new double[end - _first[i]];
            for (var j = 0; j < triangle.Length; j++)
                triangle[j] = Math.Max(0, 1 - Math.Abs((_first[i] + j - centre + 0.5) / support));
            var sum = triangle.Sum();
            // The outermost sample may lie where the triangle has come to nothing.
            _count[i] = triangle[^1] == 0 ? triangle.Length - 1 : triangle.Length;
            for (var j = 0; j < _count[i]; j++)
                _weights[i * _taps + j] = (int)(triangle[j] / sum * (1 << Precision) + 0.5);
        }
    }

    /// <summary>Resamples a row of pixels of three colours.</summary>
    /// <param name="row">The row, and at least one byte more.</param>
    /// <param name="target">3 bytes an output.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Across(ReadOnlySpan<byte> row, Span<byte> target)
    {
        ref var pixels = ref MemoryMarshal.GetReference(row);
        for (var i = 0; i < _first.Length; i++)
        {
            var sum = Vector128.Create(Half);
            ref var pixel = ref Unsafe.Add(ref pixels, 3 * _first[i]);
            ref var weight = ref _weights[i * _taps];
            for (var tap = 0; tap < _count[i]; tap++)
                sum += Widen(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref pixel, 3 * tap))) * Unsafe.Add(ref weight, tap);
            sum >>= Precision;
            target[3 * i] = Octet(sum[0]);
            target[3 * i + 1] = Octet(sum[1]);
            target[3 * i + 2] = Octet(sum[2]);
        }
    }

    /// <summary>Resamples columns into one row.</summary>
    /// <param name="rows">All rows, one after another.</param>
    /// <param name="index">Which output.</param>
    /// <param name="target">The row: as many bytes as a row of the others.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Down(ReadOnlySpan<byte> rows, int index, Span<byte> target)
    {
        var stride = target.Length;
        var columns = rows.Slice(_first[index] * stride, _count[index] * stride);
        var weights = _weights.AsSpan(index * _taps, _count[index]);
        ref var samples = ref MemoryMarshal.GetReference(columns);
        var at = 0;
        for (; at + Vector128<byte>.Count <= stride; at += Vector128<byte>.Count)
        {
            var half = Vector128.Create(Half);
            var (a, b, c, d) = (half, half, half, half);
            for (var tap = 0; tap < weights.Length; tap++)
            {
                var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref Unsafe.Add(ref samples, tap * stride + at)));
                var weight = weights[tap];
                a += Vector128.WidenLower(low).AsInt32() * weight;
                b += Vector128.WidenUpper(low).AsInt32() * weight;
                c += Vector128.WidenLower(high).AsInt32() * weight;
                d += Vector128.WidenUpper(high).AsInt32() * weight;
            }

            var lower = Vector128.NarrowWithSaturation(a >> Precision, b >> Precision);
            var upper = Vector128.NarrowWithSaturation(c >> Precision, d >> Precision);
            // All are at least 0, so that the sign means nothing here.
            Vector128.NarrowWithSaturation(lower.AsUInt16(), upper.AsUInt16()).StoreUnsafe(ref target[at]);
        }

        for (; at < stride; at++)
        {
            var sum = Half;
            for (var tap = 0; tap < weights.Length; tap++)
                sum += weights[tap] * columns[tap * stride + at];
            target[at] = Octet(sum >> Precision);
        }
    }

    /// <summary>Four bytes as four numbers.</summary>
    static Vector128<int> Widen(uint bytes) => Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(bytes).AsByte())).AsInt32();

    static byte Octet(int value) => (byte)Math.Min(value, byte.MaxValue);
}
