using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCam.Onnx.Input;

/// <summary>Resamples one plane of bytes row by row: down the columns first, all of them at once, then along the row. Holds work buffers: one thread at a time.</summary>
sealed unsafe class PlaneResampler(ResamplingAxis x, ResamplingAxis y)
{
    readonly float[] _columns = new float[x.End - x.First + Vector<byte>.Count];

    /// <summary>One row of the output.</summary>
    /// <param name="plane">The plane's first sample.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    /// <param name="row">The output row.</param>
    /// <param name="output">As many values as outputs along the row, 0..255.</param>
    public void Row(byte* plane, int stride, int row, Span<float> output)
    {
        var weights = y.Weights.Slice(row * y.Taps, y.Taps);
        var source = plane + (nint)y.Firsts[row] * stride + x.First;
        if (weights.Length == 2) BlendTwo(source, source + stride, weights[0], weights[1]);
        else BlendMany(source, stride, weights);
        if (x.Taps == 2) SampleTwo(output);
        else SampleMany(output);
    }

    int Width => x.End - x.First;

    void BlendTwo(byte* upper, byte* lower, float above, float below)
    {
        var columns = _columns.AsSpan(0, Width);
        var i = 0;
        for (; i <= columns.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            var (u0, u1, u2, u3) = Widen(upper + i);
            var (l0, l1, l2, l3) = Widen(lower + i);
            var target = columns[i..];
            (u0 * above + l0 * below).CopyTo(target);
            (u1 * above + l1 * below).CopyTo(target[Vector<float>.Count..]);
            (u2 * above + l2 * below).CopyTo(target[(2 * Vector<float>.Count)..]);
            (u3 * above + l3 * below).CopyTo(target[(3 * Vector<float>.Count)..]);
        }
        for (; i < columns.Length; i++) columns[i] = upper[i] * above + lower[i] * below;
    }

    void BlendMany(byte* source, int stride, ReadOnlySpan<float> weights)
    {
        var columns = _columns.AsSpan(0, Width);
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

    void SampleTwo(Span<float> output)
    {
        // Every output's samples lie between x.First and x.End, which the columns span: no bounds checks.
        ref var columns = ref Unsafe.Subtract(ref MemoryMarshal.GetArrayDataReference(_columns), x.First);
        ref var first = ref MemoryMarshal.GetReference(x.Firsts);
        ref var weights = ref MemoryMarshal.GetReference(x.Weights);
        for (var i = 0; i < output.Length; i++)
        {
            ref var left = ref Unsafe.Add(ref columns, Unsafe.Add(ref first, i));
            output[i] = left * Unsafe.Add(ref weights, 2 * i) + Unsafe.Add(ref left, 1) * Unsafe.Add(ref weights, 2 * i + 1);
        }
    }

    void SampleMany(Span<float> output)
    {
        var taps = x.Taps;
        for (var i = 0; i < output.Length; i++)
        {
            var columns = _columns.AsSpan(x.Firsts[i] - x.First, taps);
            var weights = x.Weights.Slice(i * taps, taps);
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
