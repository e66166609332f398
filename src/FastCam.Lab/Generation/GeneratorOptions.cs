namespace FastCam.Lab.Generation;

/// <summary>Where a generated network keeps channels last.</summary>
public enum NhwcLayout
{
    /// <summary>Nowhere: ONNX's own NCHW.</summary>
    None,
    /// <summary>The input is N×H×W×3 and transposed once.</summary>
    Ends,
    /// <summary>The input is N×H×W×3, and so is all between convolutions and pools, each of which stands between two transposes, as tf2onnx writes it.</summary>
    Throughout,
}

/// <summary>Which of a generated network's input sizes are left open.</summary>
public enum DynamicSizes
{
    /// <summary>None.</summary>
    None,
    /// <summary>The number of images.</summary>
    Batch,
    /// <summary>Rows and columns.</summary>
    Spatial,
    /// <summary>All three.</summary>
    Both,
}

/// <summary>How a network is generated.</summary>
public sealed record GeneratorOptions
{
    /// <summary>Rows and columns of the input, 32 to 2048; by default the network's own (224, 300 for the SSD, 320 for YOLO).</summary>
    public int? InputSize { get; init; }

    /// <summary>Chooses the weights: the same seed gives the same bytes.</summary>
    public int Seed { get; init; }

    /// <summary>Batch norms stay nodes of their own; otherwise they are folded into the convolutions, as exporters do. The function is the same.</summary>
    public bool KeepBatchNorm { get; init; }

    /// <summary>Where channels come last.</summary>
    public NhwcLayout Nhwc { get; init; }

    /// <summary>Which input sizes are left open. Networks whose head is made for one size refuse open rows and columns.</summary>
    public DynamicSizes Dynamic { get; init; }

    /// <summary>Units in the hidden fully connected layers of VGG and AlexNet, where nearly all of their weights are.</summary>
    public int ClassifierWidth { get; init; } = 4096;
}
