using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FastCam.Onnx.ScaleEnds;
using FastCam.Saliency.Statistics;

namespace FastCam.Lab.Bench;

/// <summary>The tensors of one pass at the scale ends, in one of the layouts in which networks keep them.</summary>
/// <param name="layout">The layout's display name.</param>
abstract class ScaleEndTensors(string layout) : IDisposable
{
    public string Layout { get; } = layout;

    /// <summary>The bytes of all tensors, those included that only pad the layout.</summary>
    public abstract long Bytes { get; }

    /// <summary>Reads every value of every tensor.</summary>
    public abstract void Read();

    /// <summary>Computes one layer's map.</summary>
    public abstract void Compute(PartStatistic statistic, int layer, Span<float> map);

    public abstract void Dispose();
}

/// <summary>The tensors with one type of value.</summary>
abstract class ScaleEndTensors<T>(string layout, IReadOnlyList<ScaleEnd> ends, IEnumerable<int> lengths) : ScaleEndTensors(layout)
    where T : unmanaged, INumber<T>
{
    readonly AlignedTensor<T>[] _tensors = [.. lengths.Select(length => new AlignedTensor<T>(length))];

    protected IReadOnlyList<ScaleEnd> Ends => ends;

    public sealed override long Bytes => _tensors.Sum(tensor => (long)tensor.Values.Length) * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();

    public Span<T> Values(int layer) => _tensors[layer].Values;

    public sealed override void Read()
    {
        foreach (var tensor in _tensors)
            PureRead.Read<T>(tensor.Values);
    }

    public sealed override void Dispose()
    {
        foreach (var tensor in _tensors)
            tensor.Dispose();
    }
}

/// <summary>The tensors in float32, channel by channel.</summary>
sealed class PlanarEnds(IReadOnlyList<ScaleEnd> ends) : ScaleEndTensors<float>("planar", ends, ends.Select(end => end.Channels * end.Pixels))
{
    public override void Compute(PartStatistic statistic, int layer, Span<float> map) => statistic.Compute(Values(layer), Ends[layer].Channels, map);
}

/// <summary>The tensors in float32, in blocks of channels as wide as a register, which is how ONNX Runtime's convolutions keep them.</summary>
sealed class BlockedEnds : ScaleEndTensors<float>
{
    static readonly int Block = Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count;

    public BlockedEnds(IReadOnlyList<ScaleEnd> ends, PlanarEnds planar)
        : base("blocked", ends, ends.Select(end => (end.Channels + Block - 1) / Block * Block * end.Pixels))
    {
        for (var layer = 0; layer < ends.Count; layer++)
        {
            var from = planar.Values(layer);
            var to = Values(layer);
            var pixels = ends[layer].Pixels;
            to.Clear();
            for (var i = 0; i < from.Length; i++)
            {
                var (channel, pixel) = Math.DivRem(i, pixels);
                to[(channel / Block * pixels + pixel) * Block + channel % Block] = from[i];
            }
        }
    }

    public override void Compute(PartStatistic statistic, int layer, Span<float> map) =>
        statistic.ComputeBlockedPart(Values(layer), Ends[layer].Channels, Block, 0, map);
}

/// <summary>
/// The tensors in unsigned bytes with the channels last, which is how ONNX Runtime's convolutions of bytes leave them. Each tensor's largest
/// value, or 1 where that is less, is 255 steps.
/// </summary>
sealed class ByteEnds : ScaleEndTensors<byte>
{
    readonly Quantisation[] _quantisations;

    public ByteEnds(IReadOnlyList<ScaleEnd> ends, PlanarEnds planar) : base("bytes", ends, ends.Select(end => end.Channels * end.Pixels))
    {
        _quantisations = new Quantisation[ends.Count];
        for (var layer = 0; layer < ends.Count; layer++)
        {
            var from = planar.Values(layer);
            var to = Values(layer);
            var pixels = ends[layer].Pixels;
            var step = 1f;
            foreach (var value in from)
                step = Math.Max(step, value);
            step /= byte.MaxValue;
            for (var i = 0; i < from.Length; i++)
            {
                var (channel, pixel) = Math.DivRem(i, pixels);
                to[pixel * ends[layer].Channels + channel] = (byte)Math.Clamp(MathF.Round(from[i] / step), 0, byte.MaxValue);
            }
            _quantisations[layer] = new Quantisation(step, 0);
        }
    }

    public override void Compute(PartStatistic statistic, int layer, Span<float> map) =>
        statistic.ComputePart(Values(layer), _quantisations[layer], Ends[layer].Channels, channelsLast: true, 0, map);
}

/// <summary>A tensor aligned to cache lines, as ONNX Runtime has its own: a vector that straddles two lines costs two reads.</summary>
sealed unsafe class AlignedTensor<T>(int length) : IDisposable where T : unmanaged
{
    const int CacheLine = 64;

    readonly T* _values = (T*)NativeMemory.AlignedAlloc((nuint)length * (nuint)sizeof(T), CacheLine);

    public Span<T> Values => new(_values, length);

    public void Dispose() => NativeMemory.AlignedFree(_values);
}

/// <summary>Reads memory and does next to nothing with it: no kernel over the same bytes can take less.</summary>
static class PureRead
{
    /// <summary>Reads every value, on the widest registers of the machine.</summary>
    public static void Read<T>(ReadOnlySpan<T> values) where T : unmanaged, INumber<T> =>
        Sink<T>.Sum = Vector512.IsHardwareAccelerated ? Widest(values) : Portable(values);

    // There are four sums, because a single one would wait for its own last addition.
    static T Widest<T>(ReadOnlySpan<T> values) where T : unmanaged, INumber<T>
    {
        var (a, b, c, d) = (Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero);
        var vectors = MemoryMarshal.Cast<T, Vector512<T>>(values);
        var i = 0;
        for (; i + 4 <= vectors.Length; i += 4)
            (a, b, c, d) = (a + vectors[i], b + vectors[i + 1], c + vectors[i + 2], d + vectors[i + 3]);
        return Vector512.Sum(a + b + (c + d)) + Rest(values[(i * Vector512<T>.Count)..]);
    }

    static T Portable<T>(ReadOnlySpan<T> values) where T : unmanaged, INumber<T>
    {
        var (a, b, c, d) = (Vector<T>.Zero, Vector<T>.Zero, Vector<T>.Zero, Vector<T>.Zero);
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        var i = 0;
        for (; i + 4 <= vectors.Length; i += 4)
            (a, b, c, d) = (a + vectors[i], b + vectors[i + 1], c + vectors[i + 2], d + vectors[i + 3]);
        return Vector.Sum(a + b + (c + d)) + Rest(values[(i * Vector<T>.Count)..]);
    }

    static T Rest<T>(ReadOnlySpan<T> values) where T : unmanaged, INumber<T>
    {
        var sum = T.Zero;
        foreach (var value in values)
            sum += value;
        return sum;
    }

    /// <summary>Keeps the sums, so that the compiler does not leave out the reading as useless.</summary>
    static class Sink<T> where T : unmanaged
    {
        public static T Sum;
    }
}
