namespace FastCam.Onnx.Operator;

/// <summary>Where the layer statistics are computed.</summary>
public enum ExplainStrategy
{
    /// <summary>After the pass, from the scale ends as outputs. The oracle of the others, and for those who need the activations.</summary>
    Taps,
    /// <summary>Within the pass, by an operator behind each scale end; only the maps leave it.</summary>
    Operator,
    /// <summary>Likewise, on the blocked layout that ONNX Runtime's own convolutions use inside.</summary>
    Blocked,
    /// <summary>Within the pass, by ONNX's own operators: for devices, on which ours do not run. On the CPU they cost more than taps.</summary>
    Nodes,
}
