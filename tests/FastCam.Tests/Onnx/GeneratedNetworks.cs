using System.Collections.Concurrent;
using FastCam.Lab.Generation;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.Models;
using FastCam.Onnx.ScaleEnds;
using Google.Protobuf;

namespace FastCam.Tests.Onnx;

/// <summary>Generated networks in memory, with classifiers narrow enough for a test.</summary>
static class GeneratedNetworks
{
    /// <summary>The scale ends that the method's table asks for, written by hand: operator, channels and rows at the network's own input size.</summary>
    static readonly Dictionary<string, (string Operator, int Channels, int Side)[]> Expected = new()
    {
        ["resnet18"] = [("Relu", 64, 112), ("Relu", 64, 56), ("Relu", 128, 28), ("Relu", 256, 14), ("Relu", 512, 7)],
        ["resnet50"] = [("Relu", 64, 112), ("Relu", 256, 56), ("Relu", 512, 28), ("Relu", 1024, 14), ("Relu", 2048, 7)],
        ["vgg16"] = [("Relu", 64, 224), ("Relu", 128, 112), ("Relu", 256, 56), ("Relu", 512, 28), ("Relu", 512, 14)],
        ["vgg16-bn"] = [("Relu", 64, 224), ("Relu", 128, 112), ("Relu", 256, 56), ("Relu", 512, 28), ("Relu", 512, 14)],
        ["alexnet"] = [("Relu", 64, 55), ("Relu", 192, 27), ("Relu", 256, 13)],
        ["densenet121"] = [("Relu", 64, 112), ("Relu", 256, 56), ("Relu", 512, 28), ("Relu", 1024, 14), ("Relu", 1024, 7)],
        ["googlenet"] = [("Relu", 64, 112), ("Relu", 192, 56), ("Concat", 480, 28), ("Concat", 832, 14), ("Concat", 1024, 7)],
        ["squeezenet1.1"] = [("Relu", 64, 111), ("Concat", 128, 55), ("Concat", 256, 27), ("Relu", 1000, 13)],
        ["mobilenetv2"] = [("Clip", 96, 112), ("Clip", 144, 56), ("Clip", 192, 28), ("Clip", 576, 14), ("Clip", 1280, 7)],
        ["mobilenetv3-small"] = [("HardSwish", 16, 112), ("Relu", 72, 56), ("HardSwish", 96, 28), ("HardSwish", 288, 14), ("HardSwish", 576, 7)],
        ["efficientnet-lite0"] = [("Clip", 96, 112), ("Clip", 144, 56), ("Clip", 240, 28), ("Clip", 672, 14), ("Clip", 1280, 7)],
        ["efficientnet-b0"] = [("Mul", 96, 112), ("Mul", 144, 56), ("Mul", 240, 28), ("Mul", 672, 14), ("Mul", 1280, 7)],
        ["ssd-mobilenetv2"] = [("Clip", 96, 150), ("Clip", 144, 75), ("Clip", 192, 38), ("Clip", 576, 19), ("Clip", 1280, 10)],
        ["yolov8n"] = [("Mul", 16, 160), ("Mul", 32, 80), ("Mul", 64, 40), ("Mul", 128, 20), ("Mul", 256, 10)],
    };

    public static TheoryData<string> Names => [.. Expected.Keys];

    public static IReadOnlyCollection<string> Tabulated => Expected.Keys;

    /// <summary>Networks whose every activation is rectified.</summary>
    public static bool IsRectified(string name) => name is not ("mobilenetv3-small" or "efficientnet-b0" or "yolov8n");

    /// <summary>The input's side of <see cref="LoadSmall"/>, but for AlexNet, which takes no smaller one than 127.</summary>
    public const int SmallSide = 96;

    // What several classes ask for is generated once: half a gigabyte of all networks, and seconds of a core for the larger ones.
    static readonly ConcurrentDictionary<string, Lazy<(byte[], GeneratedNetwork)>> Plain = new();
    static readonly ConcurrentDictionary<string, Lazy<Model>> Small = new();
    static readonly TemporaryFolder Folder = TemporaryFolder.OfTheSuite();

    /// <summary>Returns the file, which nobody may change, and its description.</summary>
    public static (byte[] File, GeneratedNetwork Network) Write(string name, GeneratorOptions options) =>
        options == new GeneratorOptions() ? Plain.GetOrAdd(name, name => new(() => Generate(name, options))).Value : Generate(name, options);

    /// <summary>Returns the network for small images, from a file that stays until the suite ends.</summary>
    public static Model LoadSmall(string name) => Small.GetOrAdd(name, name => new(() =>
    {
        var options = new GeneratorOptions { InputSize = name == "alexnet" ? 127 : SmallSide, Seed = 3 };
        return Model.Load(Folder.Write($"{name}.onnx", Generate(name, options).Item1));
    })).Value;

    static (byte[], GeneratedNetwork) Generate(string name, GeneratorOptions options)
    {
        var file = new MemoryStream();
        var network = NetworkGenerator.Write(file, name, options with { ClassifierWidth = 32 });
        return (file.ToArray(), network);
    }

    public static int InputSize(string name) => name switch { "ssd-mobilenetv2" => 300, "yolov8n" => 320, _ => 224 };

    /// <summary>The finder's picks are the table's in operator and size, and by name the tensors that the construction itself put there.</summary>
    public static void AssertPicks(string name, byte[] file, IEnumerable<string> scaleEnds)
    {
        var side = InputSize(name);
        var graph = ModelReader.Read(file, name);
        var sizes = new Dictionary<string, long> { ["batch"] = 1, ["height"] = side, ["width"] = side };
        var open = graph.Inputs[0].Type.TensorType.Shape.Dim.Select(dimension => dimension.DimParam).ToHashSet();
        foreach (var fixedSize in sizes.Keys.Except(open))
            sizes.Remove(fixedSize);
        var taps = new ScaleEndFinder(graph, ShapeProbe.Run(file, graph, sizes, name), "image", side).Find(name);

        Assert.Equal(
            Expected[name].Select(end => (end.Operator, end.Channels, end.Side, end.Side)),
            taps.Select(tap => (tap.Operator, tap.Channels, tap.Height, tap.Width)));
        Assert.Equal(scaleEnds, taps.Select(tap => tap.Name));
    }

    /// <summary>The file with each node replaced by what a function makes of it, and every other byte as it was.</summary>
    public static byte[] Rewrite(byte[] file, Func<NodeProto, IEnumerable<NodeProto>> edit)
    {
        const int Graph = 7, Node = 1;
        var model = new WireReader(file, 0, file.Length);
        // All before the graph is passed over.
        while (model.Next() && model.Field != Graph)
        {
        }
        var graph = new MemoryStream();
        var fields = new WireReader(file, model.Offset, model.Length);
        while (fields.Next())
        {
            if (fields.Field != Node)
            {
                OnnxWriter.WriteField(graph, fields.Field, file.AsSpan(fields.Offset, fields.Length));
            }
            else
            {
                foreach (var node in edit(NodeProto.Parser.ParseFrom(file, fields.Offset, fields.Length)))
                    OnnxWriter.WriteField(graph, Node, node.ToByteArray());
            }
        }
        var rewritten = new MemoryStream();
        rewritten.Write(file.AsSpan(0, model.Offset - OnnxWriter.HeaderLength(Graph, model.Length)));
        OnnxWriter.WriteField(rewritten, Graph, graph.ToArray());
        rewritten.Write(file.AsSpan(model.Offset + model.Length));
        return rewritten.ToArray();
    }
}
