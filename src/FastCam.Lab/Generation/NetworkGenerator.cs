namespace FastCam.Lab.Generation;

/// <summary>
/// Writes the classic networks as ONNX files with seeded He-normal weights: for benchmarks and tests that need a network of a
/// certain shape, not one that knows anything.
/// </summary>
public static class NetworkGenerator
{
    const int SmallestInput = 32;
    const int LargestInput = 2048;

    /// <summary>A network of the catalogue; one whose head is made for one size has no open rows and columns.</summary>
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

    /// <summary>The networks there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Recipes.Keys];

    /// <summary>Writes a network. Memory is about the size of the file; the same options give the same bytes on the same platform.</summary>
    /// <param name="target">Where the file's bytes go, in order.</param>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">How; by default at the network's own input size, batch norms folded, N×C×H×W.</param>
    /// <returns>What was written, with the scale ends as the construction knows them.</returns>
    /// <exception cref="ArgumentException">There is no such network, or it cannot be made with these options: the message says why.</exception>
    public static GeneratedNetwork Write(Stream target, string name, GeneratorOptions? options = null)
    {
        options ??= new GeneratorOptions();
        if (!Recipes.TryGetValue(name, out var recipe)) throw new ArgumentException($"There is no network {name}; there are {string.Join(", ", Names)}.");
        var size = options.InputSize ?? recipe.InputSize;
        if (size < recipe.SmallestInput || size > LargestInput) throw new ArgumentException($"{name} takes an input size from {recipe.SmallestInput} to {LargestInput}, not {size}.");
        if (size % recipe.Step != 0) throw new ArgumentException($"{name} takes an input size that is a multiple of {recipe.Step}, not {size}.");
        if (options.ClassifierWidth < 1) throw new ArgumentException($"The classifier has at least one unit, not {options.ClassifierWidth}.");
        if (!recipe.AnySize && options.Dynamic is DynamicSizes.Spatial or DynamicSizes.Both)
            throw new ArgumentException($"{name} cannot leave rows and columns open: its head is made for one size.");
        var net = new NetworkBuilder(name, size, options);
        recipe.Build(net);
        return net.Write(target);
    }
}
