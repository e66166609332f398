using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.Runtime;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.ClassMaps;

/// <summary>
/// Reads what a model's constants come to. ONNX Runtime computes it, from a small model of just those constants, so every number
/// type, every way of storing values and every way of quantising them is read as the network itself reads it.
/// </summary>
sealed class ConstantTensors(byte[] file, OnnxGraph graph, string path)
{
    /// <summary>256 MB as float32; 21 000 classes of 2 048 channels are 172 MB.</summary>
    const long MostValues = 1L << 26;

    const byte IrVersionTag = 0x08;
    const byte IrVersion = 8;

    static readonly MessageParser<TensorHeader> Tensors = TensorHeader.Parser.WithDiscardUnknownFields(true);

    /// <summary>Operators that make no more values than they are given, so that a hostile file cannot have a small constant grow.</summary>
    static readonly HashSet<string> Keeping =
        ["Constant", "Identity", "Cast", "Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "QuantizeLinear", "DequantizeLinear"];

    /// <summary>Whether a tensor is a constant of the file, or converted or dequantised from such.</summary>
    public bool IsConstant(string tensor) => Gather(tensor, [], []);

    /// <summary>The values of such a tensor as float32, and their shape.</summary>
    /// <exception cref="ModelException">It is larger than what is read, or ONNX Runtime refuses it.</exception>
    public (int[] Shape, float[] Values) Read(string tensor)
    {
        var (nodes, constants) = (new SortedSet<int>(), new HashSet<string>());
        if (!Gather(tensor, nodes, constants))
            throw new ArgumentException($"{tensor} is no constant.", nameof(tensor));
        if (graph.Initializers.Where(constant => constants.Contains(constant.Name))
            .Any(constant => constant.Dims.Aggregate(1.0, (product, size) => product * size) > MostValues))
        {
            throw new ModelException(
                ModelFault.Unsupported,
                $"The weights {tensor} of {path} are more than {MostValues} values, too many to read for class maps; choose a map without a class.");
        }
        var output = $"{tensor}/fastcam_value";
        return OnnxRuntimeErrors.Translate(path, () =>
        {
            using var options = SessionOptionsFactory.Create(GraphOptimizationLevel.ORT_DISABLE_ALL, threads: 1, path);
            using var session = new InferenceSession(Extract(tensor, output, nodes, constants), options);
            using var run = new RunOptions();
            using var results = session.Run(run, [], [], [output]);
            return ((int[])[.. results[0].GetTensorTypeAndShape().Shape.Select(size => checked((int)size))], results[0].GetTensorDataAsSpan<float>().ToArray());
        });
    }

    /// <summary>Collects the nodes and the file's constants that a tensor is made of; false where something else is among them.</summary>
    bool Gather(string tensor, SortedSet<int> nodes, HashSet<string> constants)
    {
        var waiting = new Queue<string>([tensor]);
        while (waiting.TryDequeue(out var name))
        {
            if (graph.Producer(name) is var maker and >= 0)
            {
                if (!Keeping.Contains(graph.Nodes[maker].OpType))
                    return false;
                if (nodes.Add(maker))
                {
                    foreach (var input in graph.Nodes[maker].Input.Where(input => input.Length > 0))
                        waiting.Enqueue(input);
                }
            }
            else if (graph.IsConstant(name))
            {
                constants.Add(name);
            }
            else
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>A model of these nodes and constants alone, under the file's own operator sets.</summary>
    byte[] Extract(string tensor, string output, SortedSet<int> nodes, HashSet<string> constants)
    {
        const int OperatorSet = 8, ModelGraph = 7, Node = 1, Name = 2, Initializer = 5, Output = 12;
        const int Float = 1, Integer = 2;
        var cast =
            new NodeProto
            {
                OpType = "Cast",
                Input = { tensor },
                Output = { output },
                Attribute = { new AttributeProto { Name = "to", I = Float, Type = Integer } }
            };
        var content = new MemoryStream();
        OnnxWriter.WriteField(content, Name, "constants"u8);
        foreach (var node in nodes.Select(index => graph.Nodes[index]).Append(cast))
            OnnxWriter.WriteField(content, Node, node.ToByteArray());
        OnnxWriter.WriteField(content, Output, new ValueInfoProto { Name = output }.ToByteArray());

        var model = new MemoryStream();
        model.Write([IrVersionTag, IrVersion]);
        var fields = new WireReader(file, 0, file.Length);
        while (fields.Next())
        {
            if (fields.Field == OperatorSet)
                OnnxWriter.WriteField(model, OperatorSet, file.AsSpan(fields.Offset, fields.Length));
            if (fields.Field != ModelGraph)
                continue;
            var parts = new WireReader(file, fields.Offset, fields.Length);
            while (parts.Next())
            {
                if (parts.Field == Initializer && constants.Contains(Tensors.ParseFrom(file, parts.Offset, parts.Length).Name))
                    OnnxWriter.WriteField(content, Initializer, file.AsSpan(parts.Offset, parts.Length));
            }
        }
        OnnxWriter.WriteField(model, ModelGraph, content.ToArray());
        return model.ToArray();
    }
}
