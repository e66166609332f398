using System.Security.Cryptography;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.Input;
using FastCam.Onnx.Taps;

namespace FastCam.Onnx.Models;

/// <summary>A model file with its manifest and labels: all that is known before a session is opened.</summary>
public sealed class Model
{
    const int Float32 = 1;
    const int DefaultSide = 224;

    readonly OnnxGraph _graph;
    readonly ValueInfoProto _input;
    IReadOnlyList<Tap>? _taps;

    Model(string path, byte[] bytes, OnnxGraph graph, Manifest manifest, bool hasManifest, IReadOnlyList<string> labels)
    {
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
            .ToDictionary(group => group.Key, group => (long)(group.First().Index switch { 0 => 1, 1 => 3, 2 => Input.Height, _ => Input.Width }));
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

    /// <summary>The image input.</summary>
    public InputSpec Input { get; }

    /// <summary>The output with the class scores.</summary>
    public string Output { get; }

    /// <summary>Names of the model's outputs.</summary>
    public IReadOnlyList<string> Outputs => [.. _graph.Outputs.Select(output => output.Name)];

    /// <summary>Whether the output is already a probability: a softmax ends the graph.</summary>
    public bool HasProbabilities => _graph.Producer(Output) is var maker and >= 0 && _graph.Nodes[maker].OpType == "Softmax";

    /// <summary>The scale ends, finest first: the manifest's, or found.</summary>
    /// <exception cref="ModelException">None are named and fewer than two are found, or a named one does not exist.</exception>
    public IReadOnlyList<Tap> Taps => _taps ??= FindTaps();

    internal byte[] Bytes { get; }

    /// <summary>The sizes of the input's named dimensions.</summary>
    internal IReadOnlyDictionary<string, long> FreeDimensions { get; }

    IList<TensorShapeProto.Types.Dimension> Dimensions => _input.Type?.TensorType?.Shape?.Dim ?? [];

    /// <summary>Reads a model, its manifest (the one given, else the one beside it) and its labels.</summary>
    /// <exception cref="ModelException">Any of them is missing or wrong.</exception>
    public static Model Load(string path, string? manifestPath = null)
    {
        if (!File.Exists(path)) throw new ModelException(ModelFault.NotFound, $"There is no model at {path}; check --model.");
        var bytes = ReadFile(path);
        manifestPath ??= Path.ChangeExtension(path, ".json") is var beside && File.Exists(beside) ? beside : null;
        var graph = ModelReader.Read(bytes, path);
        var manifest = manifestPath is null ? Manifest.ForUnknownModel(path) : Manifest.Read(manifestPath);
        if (manifest.Sha256 is { } expected && !expected.Equals(Convert.ToHexString(SHA256.HashData(bytes)), StringComparison.OrdinalIgnoreCase))
            throw new ModelException(ModelFault.BadManifest, $"{path} is not the file that {manifestPath} describes: its SHA-256 differs; get the file again, or correct the manifest.");
        if (manifest.File != Path.GetFileName(path))
            throw new ModelException(ModelFault.BadManifest, $"{manifestPath} describes {manifest.File}, not {Path.GetFileName(path)}; correct its \"file\", or give the other model.");
        var labels = manifest.Labels is { } file ? ReadLabels(Path.Combine(Path.GetDirectoryName(manifestPath) ?? "", file), manifestPath!) : [];
        return new Model(path, bytes, graph, manifest, manifestPath is not null, labels);
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
            return graph.Inputs.FirstOrDefault(input => input.Name == name)
                ?? throw new ModelException(ModelFault.BadManifest, $"{path} has no input {name}; its inputs are {string.Join(", ", graph.Inputs.Select(input => input.Name))}.");
        return graph.Inputs.Count == 1
            ? graph.Inputs[0]
            : throw new ModelException(ModelFault.Unsupported, $"{path} has {graph.Inputs.Count} inputs; name the image's in a manifest.");
    }

    InputSpec DescribeInput()
    {
        var type = _input.Type?.TensorType?.ElemType ?? 0;
        var dimensions = Dimensions;
        if (type != Float32 || dimensions.Count != 4 || dimensions[1] is { HasDimValue: true, DimValue: not 3 })
            throw new ModelException(ModelFault.Unsupported, $"The input {_input.Name} of {FilePath} is not a float32 tensor of N×3×H×W, the one kind of input supported so far.");
        return new InputSpec(
            _input.Name, Side(dimensions[3], Manifest.Input.Width, "width"), Side(dimensions[2], Manifest.Input.Height, "height"),
            Manifest.Input.Colours, Manifest.Input.Mean, Manifest.Input.Std, Manifest.Input.Fit, Manifest.Input.CropFraction);
    }

    int Side(TensorShapeProto.Types.Dimension dimension, int? stated, string what)
    {
        const int Longest = 8192;
        if (!dimension.HasDimValue || dimension.DimValue <= 0) return stated ?? DefaultSide;
        if (dimension.DimValue > Longest) throw new ModelException(ModelFault.Unsupported, $"The input {what} of {FilePath}, {dimension.DimValue}, is above {Longest}.");
        if (stated is { } value && value != dimension.DimValue)
            throw new ModelException(ModelFault.BadManifest, $"The manifest states the input {what} {value}, but {FilePath} takes {dimension.DimValue}.");
        return (int)dimension.DimValue;
    }

    IReadOnlyList<Tap> FindTaps()
    {
        var shapes = ShapeProbe.Run(Bytes, _graph, FreeDimensions, FilePath);
        if (Manifest.Taps is not { } names) return new TapFinder(_graph, shapes, _input.Name, Input.Height).Find(FilePath);
        return [.. names.Select(name => Describe(name, shapes))];
    }

    Tap Describe(string name, IReadOnlyDictionary<string, int[]> shapes) =>
        shapes.TryGetValue(name, out var shape) && shape is [_, > 0, > 0, > 0]
            ? new Tap(name, shape[1], shape[2], shape[3], _graph.Nodes[_graph.Producer(name)].OpType, "named in the manifest")
            : throw new ModelException(ModelFault.BadManifest, $"The tap {name} that the manifest names is no 1×C×H×W tensor of {FilePath}; fastcam inspect shows those there are.");
}
