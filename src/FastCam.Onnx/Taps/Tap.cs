namespace FastCam.Onnx.Taps;

/// <summary>A scale end: the last activation at one spatial size, just before the network downsamples (method §4).</summary>
/// <param name="Name">The tensor's name in the model.</param>
/// <param name="Channels">Its channels, r.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Operator">The ONNX operator that makes it.</param>
/// <param name="Reason">Why it was picked, for people.</param>
public sealed record Tap(string Name, int Channels, int Height, int Width, string Operator, string Reason)
{
    /// <summary>Rows × columns.</summary>
    public int Pixels => Height * Width;

    /// <summary>The tensors that the activation was computed from, for statistics that want the side before it; null where a quantised file has none.</summary>
    public IReadOnlyList<Tap>? Before { get; init; }

    /// <summary>How the tensor lies in the file.</summary>
    internal Layout Layout { get; init; }

    /// <summary>The bytes that it is dequantised from, in the same layout; null where there are none.</summary>
    internal QuantisedTensor? Quantised { get; init; }

    /// <summary>Whether it is of half precision.</summary>
    internal bool IsHalf { get; init; }
}
