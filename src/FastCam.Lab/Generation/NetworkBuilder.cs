using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;

namespace FastCam.Lab.Generation;

/// <summary>Adds the layers that networks are made of. Each method returns the layer's output, and predicts what that will hold.</summary>
sealed class NetworkBuilder
{
    readonly OnnxWriter _file = new();
    readonly WeightSource _weights;
    readonly GeneratorOptions _options;
    readonly List<FeatureMap> _scaleEnds = [];
    readonly List<string> _outputs = [];
    long _parameters;

    public NetworkBuilder(string name, int inputSize, GeneratorOptions options)
    {
        Name = name;
        _options = options;
        _weights = new WeightSource(options.Seed);
        object batch = options.Dynamic is DynamicSizes.Batch or DynamicSizes.Both ? "batch" : 1;
        var open = options.Dynamic is DynamicSizes.Spatial or DynamicSizes.Both;
        object height = open ? "height" : inputSize, width = open ? "width" : inputSize;
        const string Image = "image";
        if (options.Nhwc == NhwcLayout.None)
            _file.Input(Image, batch, 3, height, width);
        else
            _file.Input(Image, batch, height, width, 3);
        var image = options.Nhwc == NhwcLayout.Ends ? _file.Node("Transpose", [Image], ToNchw) : Image;
        Input = new FeatureMap(image, "", 3, inputSize, inputSize, Moments.Standard(3));
    }

    static AttributeProto ToNchw { get; } = OnnxAttribute.Create("perm", 0, 3, 1, 2);

    static AttributeProto ToNhwc { get; } = OnnxAttribute.Create("perm", 0, 2, 3, 1);

    public string Name { get; }

    public FeatureMap Input { get; }

    /// <summary>The scale ends so far, finest first.</summary>
    public IReadOnlyList<FeatureMap> ScaleEnds => _scaleEnds;

    public int ClassifierWidth => _options.ClassifierWidth;

    bool ChannelsLast => _options.Nhwc == NhwcLayout.Throughout;

    int ChannelAxis => ChannelsLast ? 3 : 1;

    /// <summary>Records the last activation at one size, and returns it.</summary>
    public FeatureMap EndScale(FeatureMap x)
    {
        _scaleEnds.Add(x);
        return x;
    }

    /// <summary>Adds a convolution, its batch norm or bias, and its activation.</summary>
    /// <param name="x">The input.</param>
    /// <param name="channels">The output channels.</param>
    /// <param name="kernel">The rows and columns of the kernel.</param>
    /// <param name="activation">The activation that follows.</param>
    /// <param name="stride">The step.</param>
    /// <param name="padding">The zeros around the input; by default those that keep the size.</param>
    /// <param name="groups">The groups of channels; as many as channels for a depthwise convolution.</param>
    /// <param name="scale">
    /// The centre of the scale in the batch norm; below 1 for a branch that is added to its input, so that the values do not grow with depth.
    /// </param>
    /// <param name="affine">How the sum becomes the output.</param>
    public FeatureMap Conv(
        FeatureMap x, int channels, int kernel, NonLinearity activation, int stride = 1, int? padding = null, int groups = 1, double scale = 1,
        Affine affine = Affine.BatchNorm)
    {
        var pad = padding ?? kernel / 2;
        var drawn = Draw(x.Moments, channels, groups, kernel * kernel, scale, affine);
        if (affine == Affine.BatchNorm && !_options.KeepBatchNorm)
            drawn = drawn.Folded();
        List<string> constants = [Learnt("weight", [channels, x.Channels / groups, kernel, kernel], drawn.Weights)];
        if (drawn.Bias is { } bias)
            constants.Add(Learnt("bias", [channels], bias));
        var inside = _file.Node("Conv", [Nchw(x), .. constants], [.. OnnxAttribute.Window(kernel, stride, pad), OnnxAttribute.Create("group", groups)]);
        if (drawn.Norm is { } norm)
            inside = Normalise(inside, norm);
        var (height, width) = (Reduced(x.Height, kernel, stride, pad), Reduced(x.Width, kernel, stride, pad));
        var result = new FeatureMap(Close(inside), "Conv", channels, height, width, drawn.Moments);
        return Activate(result, activation);
    }

    /// <summary>
    /// Adds a batch norm and an activation that follow no convolution of their own. The batch norm stays a node even where others are folded.
    /// </summary>
    public FeatureMap NormThen(FeatureMap x, NonLinearity activation)
    {
        var norm = _weights.DrawNorm(x.Moments, 1);
        return Activate(x with { Name = Close(Normalise(Nchw(x), norm)), Operator = "BatchNormalization", Moments = norm.Moments }, activation);
    }

    /// <summary>Adds an activation function as exporters write it: ReLU6 as Clip, SiLU as x·sigmoid(x).</summary>
    public FeatureMap Activate(FeatureMap x, NonLinearity function)
    {
        var moments = x.Moments.After(function);
        return function switch
        {
            NonLinearity.None => x,
            NonLinearity.Relu6 => Place(x, "Clip", moments, [x.Name, _file.Scalar(0), _file.Scalar(6)]),
            NonLinearity.Silu => Place(x, "Mul", moments, [x.Name, Activate(x, NonLinearity.Sigmoid).Name]),
            NonLinearity.HardSigmoid => Place(x, "HardSigmoid", moments, [x.Name], OnnxAttribute.Create("alpha", 1f / 6)),
            _ => Place(x, function.ToString(), moments, [x.Name]),
        };
    }

    public FeatureMap MaxPool(FeatureMap x, int kernel, int stride, int padding = 0, bool ceiling = false) =>
        Pool("MaxPool", x, kernel, stride, padding, ceiling, x.Moments.MaximumOf(kernel * kernel));

    public FeatureMap AveragePool(FeatureMap x, int kernel, int stride) =>
        Pool("AveragePool", x, kernel, stride, 0, false, x.Moments.AverageOf(kernel * kernel));

    public FeatureMap GlobalAveragePool(FeatureMap x) => new(
        Close(_file.Node("GlobalAveragePool", [Nchw(x)])), "GlobalAveragePool", x.Channels, 1, 1, x.Moments.AverageOf(x.Height * x.Width).AboutZero());

    public FeatureMap Add(FeatureMap a, FeatureMap b) => Place(a, "Add", a.Moments.Plus(b.Moments), [a.Name, b.Name]);

    public FeatureMap Multiply(FeatureMap a, FeatureMap b) => Place(a, "Mul", a.Moments.Times(b.Moments), [a.Name, b.Name]);

    public FeatureMap Concat(params IReadOnlyList<FeatureMap> parts)
    {
        var moments = Moments.Concat(parts.Select(part => part.Moments));
        return Place(parts[0], "Concat", moments, parts.Select(part => part.Name), OnnxAttribute.Create("axis", ChannelAxis));
    }

    /// <summary>Splits the channels into two halves.</summary>
    public (FeatureMap First, FeatureMap Second) Split(FeatureMap x)
    {
        var half = x.Channels / 2;
        var names = Split(x.Name, ChannelAxis, half, half);
        FeatureMap Half(int index) =>
            x with { Name = names[index], Operator = "Split", Channels = half, Moments = x.Moments.Slice(index * half, half) };
        return (Half(0), Half(1));
    }

    /// <summary>Doubles the rows and columns, by repetition.</summary>
    public FeatureMap Upsample(FeatureMap x)
    {
        var name = _file.Node(
            "Resize", [Nchw(x), "", _file.Weights("scales", [4], [1, 1, 2, 2])], OnnxAttribute.Create("mode", "nearest"),
            OnnxAttribute.Create("coordinate_transformation_mode", "asymmetric"), OnnxAttribute.Create("nearest_mode", "floor"));
        return x with { Name = Close(name), Operator = "Resize", Height = x.Height * 2, Width = x.Width * 2 };
    }

    /// <summary>Adds a fully connected layer over all of a feature map.</summary>
    public FeatureMap Linear(FeatureMap x, int units, NonLinearity activation, string? name = null)
    {
        var drawn = Draw(x.Moments.AboutZero(), units, 1, x.Height * x.Width, 1, Affine.Bias);
        var flat = x.IsFlat ? x.Name : _file.Node("Flatten", [Nchw(x)]);
        var weights = Learnt("weight", [units, x.Channels * x.Height * x.Width], drawn.Weights);
        name ??= _file.Fresh("gemm");
        _file.Node("Gemm", [flat, weights, Learnt("bias", [units], drawn.Bias!)], [name], OnnxAttribute.Create("transB", 1));
        return Activate(new FeatureMap(name, "Gemm", units, 1, 1, drawn.Moments) { IsFlat = true }, activation);
    }

    /// <summary>Adds a node of a head, whose tensors are not feature maps.</summary>
    public string Node(string type, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes) =>
        _file.Node(type, inputs, attributes);

    /// <summary>Cuts a tensor along an axis into parts of the lengths given.</summary>
    public string[] Split(string x, int axis, params long[] lengths)
    {
        var names = lengths.Select(_ => _file.Fresh("split")).ToArray();
        _file.Node("Split", [x, _file.Integers(lengths)], names, OnnxAttribute.Create("axis", axis));
        return names;
    }

    public string Integers(params long[] values) => _file.Integers(values);

    public string Constant(IReadOnlyList<int> shape, float[] values) => _file.Weights("constant", shape, values);

    /// <summary>Returns the feature map as N×C×H×W.</summary>
    public string Nchw(FeatureMap x) => ChannelsLast ? _file.Node("Transpose", [x.Name], ToNchw) : x.Name;

    /// <summary>Returns the feature map as N×H×W×C.</summary>
    public string Nhwc(FeatureMap x) => ChannelsLast ? x.Name : _file.Node("Transpose", [x.Name], ToNhwc);

    /// <summary>Makes a tensor an output of the network.</summary>
    public void Output(string name)
    {
        _file.Output(name);
        _outputs.Add(name);
    }

    /// <summary>Adds the node that makes an output of the network.</summary>
    public void Output(string name, string type, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        _file.Node(type, inputs, [name], attributes);
        Output(name);
    }

    public GeneratedNetwork Write(Stream target)
    {
        _file.Write(target, Name);
        var ends = _scaleEnds.Select(end => new GeneratedScaleEnd(end.Name, end.Channels, end.Height, end.Width, end.Operator));
        return new GeneratedNetwork(Name, "image", _outputs, _parameters, [.. ends]);
    }

    string Close(string nchw) => ChannelsLast ? _file.Node("Transpose", [nchw], ToNhwc) : nchw;

    FeatureMap Place(
        FeatureMap like, string type, Moments moments, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes) =>
        like with { Name = _file.Node(type, inputs, attributes), Operator = type, Channels = moments.Channels, Moments = moments };

    FeatureMap Pool(string type, FeatureMap x, int kernel, int stride, int padding, bool ceiling, Moments moments)
    {
        var name = _file.Node(
            type, [Nchw(x)], [.. OnnxAttribute.Window(kernel, stride, padding), OnnxAttribute.Create("ceil_mode", ceiling ? 1 : 0)]);
        int Pooled(int size) => Reduced(ceiling ? size + stride - 1 : size, kernel, stride, padding);
        return new FeatureMap(Close(name), type, x.Channels, Pooled(x.Height), Pooled(x.Width), moments);
    }

    string Normalise(string x, BatchNorm norm)
    {
        int[] shape = [norm.Scale.Length];
        var (scale, shift) = (Learnt("scale", shape, norm.Scale), Learnt("shift", shape, norm.Shift));
        var (mean, variance) = (_file.Weights("mean", shape, norm.Mean), _file.Weights("variance", shape, norm.Variance));
        return _file.Node("BatchNormalization", [x, scale, shift, mean, variance]);
    }

    DrawnLayer Draw(Moments input, int channels, int groups, int area, double scale, Affine affine)
    {
        const long LargestFile = 2_000_000_000; // Protobuf allows 2³¹ bytes.
        if ((_parameters + (long)input.Channels / groups * channels * area) * sizeof(float) > LargestFile)
            throw new ArgumentException($"{Name} would be larger than the 2 GB that an ONNX file can hold; choose a smaller input size.");
        return _weights.Draw(input, channels, groups, area, scale, affine);
    }

    string Learnt(string stem, IReadOnlyList<int> shape, float[] values)
    {
        _parameters += values.Length;
        return _file.Weights(stem, shape, values);
    }

    static int Reduced(int size, int kernel, int stride, int padding) => (size + 2 * padding - kernel) / stride + 1;
}

/// <summary>
/// A tensor of the network under construction: its name in the file, its sizes whatever the layout, and the values that it is expected to hold.
/// </summary>
sealed record FeatureMap(string Name, string Operator, int Channels, int Height, int Width, Moments Moments)
{
    /// <summary>Whether it is the output of a fully connected layer: N×C, and not an image.</summary>
    public bool IsFlat { get; init; }
}

/// <summary>Adds the ends of classifiers.</summary>
static class Heads
{
    public const string Logits = "logits";
    public const int Classes = 1000;

    public static void Classify(this NetworkBuilder net, FeatureMap x) => net.Score(net.GlobalAveragePool(x));

    public static void Score(this NetworkBuilder net, FeatureMap x)
    {
        net.Linear(x, Classes, NonLinearity.None, Logits);
        net.Output(Logits);
    }

    /// <summary>Adds two wide layers before the scores, as in VGG and AlexNet.</summary>
    public static void ClassifyFullyConnected(this NetworkBuilder net, FeatureMap x)
    {
        for (var layer = 0; layer < 2; layer++)
            x = net.Linear(x, net.ClassifierWidth, NonLinearity.Relu);
        net.Score(x);
    }
}
