using System.Security.Cryptography;
using FastCam.Onnx.ClassMaps;
using FastCam.Onnx.Costs;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.Input;
using FastCam.Onnx.ScaleEnds;

namespace FastCam.Onnx.Models;

/// <summary>A model file with its manifest and labels: all that is known before a session is opened.</summary>
public sealed class Model
{
    const int DefaultSide = 224;
    const int LongestSide = 8192;

    readonly OnnxGraph _graph;
    readonly ValueInfoProto _input;
    IReadOnlyList<ScaleEnd>? _taps;
    TensorShapes? _shapes;
    ClassHead? _classHead;

    readonly ModelOptions _options;

    Model(string path, byte[] bytes, OnnxGraph graph, Manifest manifest, bool hasManifest, IReadOnlyList<string> labels, ModelOptions options)
    {
        _options = options;
        FilePath = path;
        Bytes = bytes;
        Manifest = manifest;
        HasManifest = hasManifest;
        Labels = labels;
        _graph = graph;
        _input = FindInput(graph, manifest, path);
        Input = DescribeInput();
        Output = graph.Outputs.Count > 0 ? graph.Outputs[0].Name : throw new ModelException(ModelFault.Unsupported, $"{path} has no outputs.");
        FreeDimensions = Dimensions.Index()
            .Where(dimension => dimension.Item.DimParam.Length > 0)
            .GroupBy(dimension => dimension.Item.DimParam)
            .ToDictionary(group => group.Key, group => Input.Shape[group.First().Index]);
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>The file's name without its ending.</summary>
    public string Name => Path.GetFileNameWithoutExtension(FilePath);

    /// <summary>Its manifest, or what is assumed without one.</summary>
    public Manifest Manifest { get; }

    /// <summary>Whether the manifest was read, not assumed.</summary>
    public bool HasManifest { get; }

    /// <summary>Class names in class order; empty where there are none.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>A class's name; <c>class 7</c> where it has none.</summary>
    public string LabelOf(int index) => ClassLabels.NameOf(Labels, index);

    /// <summary>The image input.</summary>
    public InputSpec Input { get; }

    /// <summary>The output with the class scores.</summary>
    public string Output { get; }

    /// <summary>Names of the model's outputs.</summary>
    public IReadOnlyList<string> Outputs => [.. _graph.Outputs.Select(output => output.Name)];

    /// <summary>Whether the output is already a probability: a softmax ends the graph.</summary>
    public bool HasProbabilities
    {
        get
        {
            var maker = _graph.Producer(Output);
            while (maker >= 0
                && _graph.Nodes[maker].OpType is "Reshape" or "Flatten" or "Squeeze" or "Identity" or "Cast" or "DequantizeLinear" or "QuantizeLinear")
            {
                maker = _graph.Producer(_graph.Nodes[maker].Input[0]);
            }
            return maker >= 0 && _graph.Nodes[maker].OpType == "Softmax";
        }
    }

    /// <summary>The scale ends, finest first: the manifest's, or found.</summary>
    /// <exception cref="ModelException">None are named and fewer than two are found, or a named one does not exist.</exception>
    public IReadOnlyList<ScaleEnd> ScaleEnds => _taps ??= FindTaps();

    /// <summary>The linear end that class maps are computed from in closed form.</summary>
    /// <exception cref="ModelException">The network has none: the message names what it ends in.</exception>
    public ClassHead ClassHead => _classHead ??= new ClassHeadFinder(_graph, Shapes, new ConstantTensors(Bytes, _graph, FilePath), FilePath).Find(Output);

    /// <summary>Why <see cref="ClassHead"/> has none, as a sentence; null where it has one.</summary>
    public string? NoClassHead
    {
        get
        {
            try
            {
                _ = ClassHead;
                return null;
            }
            catch (ModelException e)
            {
                return e.Message;
            }
        }
    }

    /// <summary>The network's own work for one image.</summary>
    /// <exception cref="ModelException">ONNX Runtime refuses the model.</exception>
    public NetworkCost Cost => OperationCounter.Count(_graph, Shapes);

    internal byte[] Bytes { get; }

    /// <summary>The files beside the model that hold weights.</summary>
    internal IReadOnlyList<string> ExternalFiles => ExternalData.Files(_graph.Initializers, FilePath);

    /// <summary>The sizes of the input's named dimensions.</summary>
    internal IReadOnlyDictionary<string, long> FreeDimensions { get; }

    TensorShapes Shapes => _shapes ??= ShapeProbe.Run(Bytes, _graph, FreeDimensions, FilePath);

    /// <summary>Whether the file leaves open how many inputs a pass takes.</summary>
    internal bool HasFreeBatch => Dimensions[0] is not { HasDimValue: true, DimValue: > 0 };

    /// <summary>The name of that open dimension; empty when it has none.</summary>
    internal string BatchDimension => Dimensions[0].DimParam;

    IList<TensorShapeProto.Types.Dimension> Dimensions => _input.Type?.TensorType?.Shape?.Dim ?? [];

    /// <summary>Reads a model, its manifest (the one given, else the one beside it) and its labels.</summary>
    /// <param name="path">The .onnx file.</param>
    /// <param name="manifestPath">Its manifest; null for the one beside it.</param>
    /// <param name="options">What a person overrides.</param>
    /// <exception cref="ModelException">Any of them is missing or wrong.</exception>
    public static Model Load(string path, string? manifestPath = null, ModelOptions? options = null)
    {
        if (!File.Exists(path))
            throw new ModelException(ModelFault.NotFound, $"There is no model at {path}; check its name.");
        var bytes = ReadFile(path);
        manifestPath ??= Path.ChangeExtension(path, ".json") is var beside && File.Exists(beside) ? beside : null;
        var written = manifestPath is null ? null : Manifest.Read(manifestPath);
        var hash = written?.Sha256 is null ? null : Task.Run(() => Convert.ToHexString(SHA256.HashData(bytes))); // beside the reading of the graph
        var graph = ModelReader.Read(bytes, path);
        ExternalData.Check(graph.Initializers, path);
        var metadata = ExporterMetadata.Read(graph.Metadata);
        var manifest = written ?? Manifest.ForUnknownModel(path, metadata);
        if (manifest.Sha256 is { } expected && !expected.Equals(hash!.GetAwaiter().GetResult(), StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelException(
                ModelFault.BadManifest,
                $"{path} is not the file that {manifestPath} describes: its SHA-256 differs; get the file again, or correct the manifest.");
        }
        if (manifest.File != Path.GetFileName(path))
        {
            throw new ModelException(
                ModelFault.BadManifest,
                $"{manifestPath} describes {manifest.File}, not {Path.GetFileName(path)}; correct its \"file\", or give the other model.");
        }
        var labels = manifest.Labels is { } file ? ReadLabels(Path.Combine(Path.GetDirectoryName(manifestPath) ?? "", file), manifestPath!) : metadata.Labels;
        return new Model(path, bytes, graph, manifest, manifestPath is not null, labels, options ?? new ModelOptions());
    }

    static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(ModelFault.NotFound, $"The model {path} cannot be read ({e.Message}).", e);
        }
    }

    static string[] ReadLabels(string path, string manifestPath)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(ModelFault.BadManifest, $"The labels that {manifestPath} names cannot be read ({e.Message}).", e);
        }
    }

    static ValueInfoProto FindInput(OnnxGraph graph, Manifest manifest, string path)
    {
        if (manifest.Input.Name is { } name)
        {
            return graph.Inputs.FirstOrDefault(input => input.Name == name)
                ?? throw new ModelException(
                    ModelFault.BadManifest, $"{path} has no input {name}; its inputs are {string.Join(", ", graph.Inputs.Select(input => input.Name))}.");
        }
        return graph.Inputs.Count == 1
            ? graph.Inputs[0]
            : throw new ModelException(ModelFault.Unsupported, $"{path} has {graph.Inputs.Count} inputs; name the image's in a manifest.");
    }

    InputSpec DescribeInput()
    {
        var dimensions = Dimensions;
        var layout = LayoutOf(dimensions);
        var type =
            (_input.Type?.TensorType?.ElemType ?? 0) switch { 1 => InputType.Float32, 10 => InputType.Float16, 2 => InputType.Uint8, _ => (InputType?)null };
        if (layout is null || type is null)
        {
            throw new ModelException(
                ModelFault.Unsupported,
                $"The input {_input.Name} of {FilePath} is no image of three colours in float32, float16 or uint8 (1×3×H×W or 1×H×W×3); name the image's "
                + "input in a manifest.");
        }
        var rows = layout == InputLayout.Nchw ? 2 : 1;
        var (mean, std) = type == InputType.Uint8 && !HasManifest ? ([0, 0, 0], [1, 1, 1]) : (Manifest.Input.Mean, Manifest.Input.Std);
        return new InputSpec(
            _input.Name, Side(dimensions[rows + 1], _options.InputWidth, Manifest.Input.Width, "width"),
            Side(dimensions[rows], _options.InputHeight, Manifest.Input.Height, "height"),
            Manifest.Input.Colours, mean, std, Manifest.Input.Fit, Manifest.Input.CropFraction)
        { Layout = layout.Value, Type = type.Value, Antialias = Manifest.Input.Antialias };
    }

    /// <summary>Where three colours stand tells the layout; where the shape leaves it open the manifest says, or NCHW is taken.</summary>
    InputLayout? LayoutOf(IList<TensorShapeProto.Types.Dimension> dimensions)
    {
        if (dimensions.Count != 4 || dimensions[0] is { HasDimValue: true, DimValue: > 1 })
            return null;
        static bool MayBeColours(TensorShapeProto.Types.Dimension dimension) => !dimension.HasDimValue || dimension.DimValue is 3 or <= 0;
        var preferred = Manifest.Input.Layout
            ?? (dimensions[3] is { HasDimValue: true, DimValue: 3 } && dimensions[1] is not { HasDimValue: true, DimValue: 3 }
                ? InputLayout.Nhwc
                : InputLayout.Nchw);
        return MayBeColours(dimensions[preferred == InputLayout.Nchw ? 1 : 3]) ? preferred : null;
    }

    int Side(TensorShapeProto.Types.Dimension dimension, int? asked, int? stated, string what)
    {
        if (!dimension.HasDimValue || dimension.DimValue <= 0)
        {
            var side = asked ?? stated ?? DefaultSide;
            return side is > 0 and <= LongestSide
                ? side
                : throw new ModelException(ModelFault.Unsupported, $"An input {what} of {side} is not between 1 and {LongestSide}.");
        }
        if (dimension.DimValue > LongestSide)
            throw new ModelException(ModelFault.Unsupported, $"The input {what} of {FilePath}, {dimension.DimValue}, is above {LongestSide}.");
        if (asked is { } wanted && wanted != dimension.DimValue)
        {
            throw new ModelException(
                ModelFault.Unsupported,
                $"{FilePath} takes an input {what} of {dimension.DimValue} and no other; leave the input size out.")
            { Setting = "input-size" };
        }
        if (stated is { } value && value != dimension.DimValue)
            throw new ModelException(ModelFault.BadManifest, $"The manifest states the input {what} {value}, but {FilePath} takes {dimension.DimValue}.");
        return (int)dimension.DimValue;
    }

    IReadOnlyList<ScaleEnd> FindTaps()
    {
        var finder = new ScaleEndFinder(_graph, Shapes, _input.Name, Input.Height);
        var taps = (_options.Taps ?? Manifest.Taps) is { } names ? names.Select(name => finder.Named(name, FilePath)) : finder.Find(FilePath);
        return [.. taps.Select(tap => tap with { Quantised = QuantisedTensor.Behind(_graph, tap.Name) })];
    }
}

/// <summary>What a person says of a model that its file and manifest do not, or say otherwise.</summary>
/// <param name="Taps">The tensors to tap, finest first; null to follow the manifest, or to find them.</param>
/// <param name="InputWidth">The input's columns, where the model leaves them open.</param>
/// <param name="InputHeight">The input's rows, where the model leaves them open.</param>
public sealed record ModelOptions(IReadOnlyList<string>? Taps = null, int? InputWidth = null, int? InputHeight = null);
