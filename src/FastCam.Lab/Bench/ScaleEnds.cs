using System.Numerics;
using FastCam.Onnx.Taps;
using FastCam.Saliency.Statistics;

namespace FastCam.Lab.Bench;

/// <summary>The tensors of one pass at the scale ends, in one of the layouts in which networks keep them.</summary>
/// <param name="layout">The layout, for people.</param>
abstract class ScaleEnds(string layout) : IDisposable
{
    public string Layout { get; } = layout;

    /// <summary>Bytes of all tensors, those included that only fill the layout up.</summary>
    public abstract long Bytes { get; }

    /// <summary>Reads every value of every tensor.</summary>
    public abstract void Read();

    /// <summary>One layer's map.</summary>
    public abstract void Compute(PartStatistic statistic, int layer, Span<float> map);

    public abstract void Dispose();
}

/// <summary>The same with a type of value.</summary>
abstract class ScaleEnds<T>(string layout, IReadOnlyList<Tap> taps, IEnumerable<int> lengths) : ScaleEnds(layout) where T : unmanaged, INumber<T>
{
    readonly AlignedTensor<T>[] _tensors = [.. lengths.Select(length => new AlignedTensor<T>(length))];

    protected IReadOnlyList<Tap> Taps => taps;

    public sealed override long Bytes => _tensors.Sum(tensor => (long)tensor.Values.Length) * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();

    public Span<T> Values(int layer) => _tensors[layer].Values;

    public sealed override void Read()
    {
        foreach (var tensor in _tensors) PureRead.Of<T>(tensor.Values);
    }

    public sealed override void Dispose()
    {
        foreach (var tensor in _tensors) tensor.Dispose();
    }
}
