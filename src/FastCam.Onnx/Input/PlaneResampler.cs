using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using FastCam.Saliency;

namespace FastCam.Onnx.Input;

/// <summary>
/// Resamples one plane of bytes row by row: the four samples around each output, or with more taps down the columns first, all
/// of them at once, then along the row. Holds work buffers: one thread at a time.
/// </summary>
sealed unsafe class PlaneResampler
{
    readonly ResamplingAxis _x;
    readonly ResamplingAxis _y;
    readonly bool _isBilinear;
    readonly float[] _columns;
    readonly uint[] _quads;

    public PlaneResampler(ResamplingAxis x, ResamplingAxis y)
    {
        (_x, _y) = (x, y);
        _isBilinear = x.Taps == 2 && y.Taps == 2;
        _columns = _isBilinear ? [] : new float[x.End - x.First + Vector<byte>.Count];
        _quads = _isBilinear ? new uint[PaddedLength(x.Firsts.Length)] : [];
    }

    /// <summary>The length of a row that holds so many outputs and that every SIMD width divides.</summary>
    public static int PaddedLength(int outputs) => (outputs + Lanes512.Count - 1) / Lanes512.Count * Lanes512.Count;

    /// <summary>One row of the output.</summary>
    /// <param name="plane">The plane's first sample.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    /// <param name="row">The output row.</param>
    /// <param name="output">The <see cref="PaddedLength"/> of the outputs along the row, which are 0..255.</param>
    public void Row(byte* plane, int stride, int row, Span<float> output)
    {
        var source = plane + (nint)_y.Firsts[row] * stride;
        var weights = _y.Weights.Slice(row * _y.Taps, _y.Taps);
        if (_isBilinear)
        {
            Prefetch(plane, stride, row + 1);
            Gather(source, source + stride);
            Interpolate(weights[1], output);
        }
        else
        {
            Blend(source + _x.First, stride, weights);
            Sample(output);
        }
    }

    /// <summary>The scalar part, two loads an output: neighbours lie side by side in memory.</summary>
    void Gather(byte* upper, byte* lower)
    {
        ref var quads = ref MemoryMarshal.GetArrayDataReference(_quads);
        ref var firsts = ref MemoryMarshal.GetReference(_x.Firsts);
        var outputs = _x.Firsts.Length;
        for (var i = 0; i < outputs; i++)
        {
            nint first = Unsafe.Add(ref firsts, i);
            Unsafe.Add(ref quads, i) = Unsafe.ReadUnaligned<ushort>(upper + first) | (uint)Unsafe.ReadUnaligned<ushort>(lower + first) << 16;
        }
    }

    /// <summary>Asks for the rows that the next output row needs: a reduction skips rows, and so hides from the machine what comes next.</summary>
    void Prefetch(byte* plane, int stride, int row)
    {
        const int CacheLine = 64;
        if (!Sse.IsSupported || row >= _y.Firsts.Length) return;
        var source = plane + (nint)_y.Firsts[row] * stride;
        for (var column = _x.First; column < _x.End; column += CacheLine)
        {
            Sse.Prefetch0(source + column);
            Sse.Prefetch0(source + stride + column);
        }
    }

    void Interpolate(float down, Span<float> output)
    {
        if (Lanes512.IsHardwareAccelerated) InputKernel<Lanes512>.Interpolate(_quads, _x.Fractions, down, output);
        else if (Lanes256.IsHardwareAccelerated) InputKernel<Lanes256>.Interpolate(_quads, _x.Fractions, down, output);
        else InputKernel<Lanes128>.Interpolate(_quads, _x.Fractions, down, output);
    }

    void Blend(byte* source, int stride, ReadOnlySpan<float> weights)
    {
        var columns = _columns.AsSpan(0, _x.End - _x.First);
        var i = 0;
        for (; i <= columns.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (var tap = 0; tap < weights.Length; tap++)
            {
                var (v0, v1, v2, v3) = Widen(source + (nint)tap * stride + i);
                (s0, s1, s2, s3) = (s0 + v0 * weights[tap], s1 + v1 * weights[tap], s2 + v2 * weights[tap], s3 + v3 * weights[tap]);
            }
            var target = columns[i..];
            s0.CopyTo(target);
            s1.CopyTo(target[Vector<float>.Count..]);
            s2.CopyTo(target[(2 * Vector<float>.Count)..]);
            s3.CopyTo(target[(3 * Vector<float>.Count)..]);
        }
        for (; i < columns.Length; i++)
        {
            var sum = 0f;
            for (var tap = 0; tap < weights.Length; tap++) sum += source[(nint)tap * stride + i] * weights[tap];
            columns[i] = sum;
        }
    }

    void Sample(Span<float> output)
    {
        var taps = _x.Taps;
        for (var i = 0; i < _x.Firsts.Length; i++)
        {
            var columns = _columns.AsSpan(_x.Firsts[i] - _x.First, taps);
            var weights = _x.Weights.Slice(i * taps, taps);
            var sum = 0f;
            for (var tap = 0; tap < taps; tap++) sum += columns[tap] * weights[tap];
            output[i] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector<float>, Vector<float>, Vector<float>, Vector<float>) Widen(byte* source)
    {
        Vector.Widen(Unsafe.ReadUnaligned<Vector<byte>>(source), out var lower, out var upper);
        Vector.Widen(lower, out var v0, out var v1);
        Vector.Widen(upper, out var v2, out var v3);
        return (Float(v0), Float(v1), Float(v2), Float(v3));
    }

    static Vector<float> Float(Vector<uint> values) => Vector.ConvertToSingle(Vector.AsVectorInt32(values));
}
