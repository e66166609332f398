namespace FastCam.Lab.Generation;

/// <summary>
/// Writes the classic networks as ONNX files with seeded He-normal weights, for benchmarks and tests that need a network of a certain shape, not one
/// that knows anything.
/// </summary>
public static class NetworkGenerator
{
    const int SmallestInput = 32;
    const int LargestInput = 2048;

    /// <summary>A network of the catalogue; a network whose head is made for one size cannot leave rows and columns open.</summary>
    readonly record struct Recipe(Action<NetworkBuilder> Build, int InputSize = 224, int SmallestInput = SmallestInput, int Step = 1, bool AnySize = true);

    static readonly OrderedDictionary<string, Recipe> Recipes = new()
    {
        ["resnet18"] = new(ResNet.ResNet18),
        ["resnet50"] = new(ResNet.ResNet50),
        ["vgg16"] = new(Vgg.Vgg16, AnySize: false),
        ["vgg16-bn"] = new(Vgg.Vgg16WithBatchNorm, AnySize: false),
        ["alexnet"] = new(AlexNet.Build, SmallestInput: AlexNet.SmallestInput, AnySize: false),
        ["densenet121"] = new(DenseNet.Build),
        ["googlenet"] = new(GoogLeNet.Build),
        ["squeezenet1.1"] = new(SqueezeNet.Build),
        ["mobilenetv2"] = new(MobileNet.V2),
        ["mobilenetv3-small"] = new(MobileNet.V3Small),
        ["efficientnet-lite0"] = new(EfficientNet.Lite0),
        ["efficientnet-b0"] = new(EfficientNet.B0),
        ["ssd-mobilenetv2"] = new(Ssd.Build, 300),
        ["yolov8n"] = new(Yolo.Build, 320, Step: Yolo.Strides[^1], AnySize: false),
    };

    /// <summary>The names of the networks.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Recipes.Keys];

    /// <summary>Writes a network. Memory is about the size of the file; the same options give the same bytes on the same platform.</summary>
    /// <param name="target">The stream that the file's bytes are written to, in order.</param>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">The options; by default the network's own input size, batch norms folded, N×C×H×W.</param>
    /// <returns>A description of what was written, with the scale ends as the construction knows them.</returns>
    /// <exception cref="ArgumentException">There is no such network, or it cannot be made with these options: the message says why.</exception>
    public static GeneratedNetwork Write(Stream target, string name, GeneratorOptions? options = null)
    {
        options ??= new GeneratorOptions();
        if (!Recipes.TryGetValue(name, out var recipe))
            throw new ArgumentException($"There is no network {name}; there are {string.Join(", ", Names)}.");
        var size = options.InputSize ?? recipe.InputSize;
        if (size < recipe.SmallestInput || size > LargestInput)
            throw new ArgumentException($"{name} takes an input size from {recipe.SmallestInput} to {LargestInput}, not {size}.");
        if (size % recipe.Step != 0)
            throw new ArgumentException($"{name} takes an input size that is a multiple of {recipe.Step}, not {size}.");
        if (options.ClassifierWidth < 1)
            throw new ArgumentException($"The classifier has at least one unit, not {options.ClassifierWidth}.");
        if (!recipe.AnySize && options.Dynamic is DynamicSizes.Spatial or DynamicSizes.Both)
            throw new ArgumentException($"{name} cannot leave rows and columns open: its head is made for one size.");
        var net = new NetworkBuilder(name, size, options);
        recipe.Build(net);
        return net.Write(target);
    }
}

/// <summary>Where a generated network keeps channels last.</summary>
public enum NhwcLayout
{
    /// <summary>Nowhere: ONNX's own NCHW.</summary>
    None,
    /// <summary>The input is N×H×W×3 and transposed once.</summary>
    Ends,
    /// <summary>
    /// The input is N×H×W×3, and so is everything between convolutions and pools, each of which stands between two transposes, as tf2onnx writes it.
    /// </summary>
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
    /// <summary>The rows and columns of the input, 32 to 2048; by default the network's own (224, 300 for the SSD, 320 for YOLO).</summary>
    public int? InputSize { get; init; }

    /// <summary>The seed of the weights: the same seed gives the same bytes.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Whether batch norms stay nodes of their own; otherwise they are folded into the convolutions, as exporters do. The function is the same.
    /// </summary>
    public bool KeepBatchNorm { get; init; }

    /// <summary>Where channels come last.</summary>
    public NhwcLayout Nhwc { get; init; }

    /// <summary>Which input sizes are left open. Networks whose head is made for one size refuse open rows and columns.</summary>
    public DynamicSizes Dynamic { get; init; }

    /// <summary>The units in the hidden fully connected layers of VGG and AlexNet, where nearly all of their weights are.</summary>
    public int ClassifierWidth { get; init; } = 4096;
}

/// <summary>A network that was written: its outputs and, as its construction knows them, its scale ends.</summary>
/// <param name="Name">The network.</param>
/// <param name="Input">The image input's name.</param>
/// <param name="Outputs">The outputs' names: <c>logits</c>, or a detector's.</param>
/// <param name="Parameters">The weights, biases, and batch norms' scales and shifts: what training would have found.</param>
/// <param name="ScaleEnds">The last activation at each spatial size, finest first (method §4).</param>
public sealed record GeneratedNetwork(string Name, string Input, IReadOnlyList<string> Outputs, long Parameters, IReadOnlyList<GeneratedScaleEnd> ScaleEnds);

/// <summary>The tensor that ends a scale.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Height">Its rows, at the generator's input size.</param>
/// <param name="Width">Its columns, likewise.</param>
/// <param name="Operator">The ONNX operator that makes it.</param>
public sealed record GeneratedScaleEnd(string Tensor, int Channels, int Height, int Width, string Operator);
