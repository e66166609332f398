using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCam.Saliency.Simd;

namespace FastCam.Onnx.Input;

/// <summary>The arithmetic between a frame's samples and the input, on one SIMD width.</summary>
static class InputKernel<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Blends four samples an output: first along the rows, then down.</summary>
    /// <param name="quads">For each output the upper left, upper right, lower left and lower right sample, from the lowest byte up.</param>
    /// <param name="across">For each output, how far it lies from the left to the right samples.</param>
    /// <param name="down">How far the outputs lie from the upper to the lower samples.</param>
    /// <param name="output">As many values as the others, a multiple of the lanes.</param>
    public static void Interpolate(ReadOnlySpan<uint> quads, ReadOnlySpan<float> across, float down, Span<float> output)
    {
        ref var words = ref MemoryMarshal.GetReference(quads);
        ref var fractions = ref MemoryMarshal.GetReference(across[..quads.Length]);
        ref var target = ref MemoryMarshal.GetReference(output[..quads.Length]);
        var rowFraction = T.Create(down);
        for (var i = 0; i < quads.Length; i += T.Count)
        {
            ref var quad = ref Unsafe.Add(ref words, i);
            var fraction = T.Load(in Unsafe.Add(ref fractions, i));
            var upper = Between(T.Byte(in quad, 0), T.Byte(in quad, 1), fraction);
            var lower = Between(T.Byte(in quad, 2), T.Byte(in quad, 3), fraction);
            T.Store(Between(upper, lower, rowFraction), ref Unsafe.Add(ref target, i));
        }
    }

    /// <summary>The weighted sums of rows of samples, a column each.</summary>
    /// <param name="rows">The first sample of the first row.</param>
    /// <param name="stride">Samples from one row to the next.</param>
    /// <param name="weights">A weight a row.</param>
    /// <param name="columns">At least as many as the lanes.</param>
    public static void Blend(ref readonly byte rows, nint stride, ReadOnlySpan<float> weights, Span<float> columns)
    {
        ref var target = ref MemoryMarshal.GetReference(columns);
        var last = columns.Length - T.Count;
        for (var i = 0; i < columns.Length; i += T.Count)
        {
            var at = Math.Min(i, last);
            ref var source = ref Unsafe.Add(ref Unsafe.AsRef(in rows), at);
            var sum = T.Create(0);
            for (var row = 0; row < weights.Length; row++)
                sum = T.MultiplyAdd(T.LoadBytes(in Unsafe.Add(ref source, row * stride)), T.Create(weights[row]), sum);
            T.Store(sum, ref Unsafe.Add(ref target, at));
        }
    }

    /// <summary>The weighted sums of neighbouring columns, an output each.</summary>
    /// <param name="columns">The columns, readable as many beyond an output's first as it has weights.</param>
    /// <param name="firsts">For each output, its first column.</param>
    /// <param name="weights">As many for each output, a multiple of the lanes.</param>
    /// <param name="output">At least as many values as outputs.</param>
    public static void Sum(ReadOnlySpan<float> columns, ReadOnlySpan<int> firsts, ReadOnlySpan<float> weights, Span<float> output)
    {
        var taps = weights.Length / firsts.Length;
        ref var samples = ref MemoryMarshal.GetReference(columns);
        ref var weight = ref MemoryMarshal.GetReference(weights);
        for (var i = 0; i < firsts.Length; i++)
        {
            ref var sample = ref Unsafe.Add(ref samples, firsts[i]);
            var sum = T.Create(0);
            for (var tap = 0; tap < taps; tap += T.Count)
                sum = T.MultiplyAdd(T.Load(in Unsafe.Add(ref sample, tap)), T.Load(in Unsafe.Add(ref weight, i * taps + tap)), sum);
            output[i] = T.Sum(sum);
        }
    }

    /// <summary>
    /// One colour of a row, normalised: scale · (y + fromU · u + fromV · v + neutral, held within 0..255) + offset. The rows are at
    /// least as long as <typeparamref name="T"/> has lanes.
    /// </summary>
    public static void Mix(ReadOnlySpan<float> y, ReadOnlySpan<float> u, ReadOnlySpan<float> v, in ColourWeights weights, Span<float> target)
    {
        ref var luma = ref MemoryMarshal.GetReference(y[..target.Length]);
        ref var blue = ref MemoryMarshal.GetReference(u[..target.Length]);
        ref var red = ref MemoryMarshal.GetReference(v[..target.Length]);
        ref var output = ref MemoryMarshal.GetReference(target);
        var (fromU, fromV, neutral) = (T.Create(weights.FromU), T.Create(weights.FromV), T.Create(weights.Neutral));
        var (scale, offset, zero, full) = (T.Create(weights.Scale), T.Create(weights.Offset), T.Create(0), T.Create(255));
        // The last vector is moved back to end with the row, over values that it computes again.
        var last = target.Length - T.Count;
        for (var i = 0; i < target.Length; i += T.Count)
        {
            var at = Math.Min(i, last);
            var chroma = T.MultiplyAdd(T.Load(in Unsafe.Add(ref blue, at)), fromU, T.MultiplyAdd(T.Load(in Unsafe.Add(ref red, at)), fromV, neutral));
            var value = T.Min(T.Max(T.Load(in Unsafe.Add(ref luma, at)) + chroma, zero), full);
            T.Store(T.MultiplyAdd(value, scale, offset), ref Unsafe.Add(ref output, at));
        }
    }

    static T Between(T from, T to, T fraction) => T.MultiplyAdd(to - from, fraction, from);
}

/// <summary>How one colour comes from luma and chroma, and how it is normalised.</summary>
/// <param name="FromU">The weight of U.</param>
/// <param name="FromV">The weight of V.</param>
/// <param name="Scale">1 / std.</param>
/// <param name="Offset">−mean / std.</param>
readonly record struct ColourWeights(float FromU, float FromV, float Scale, float Offset)
{
    /// <summary>What chroma without colour would add, taken off.</summary>
    public float Neutral => -128 * (FromU + FromV);

    /// <summary>A value of 0..255, normalised.</summary>
    public float Normalised(float value) => value * Scale + Offset;
}
