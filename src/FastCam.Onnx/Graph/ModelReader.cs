using FastCam.Onnx.Graph.Proto;
using Google.Protobuf;

namespace FastCam.Onnx.Graph;

/// <summary>
/// Reads an ONNX file's graph. The two outer messages are walked here and the leaves are left to the generated parsers,
/// so that weights, nearly all of a file, are stepped over and never copied.
/// </summary>
static class ModelReader
{
    const int ModelGraph = 7;
    const int ModelMetadata = 14;
    const int GraphNode = 1;
    const int GraphInitializer = 5;
    const int GraphInput = 11;
    const int GraphOutput = 12;
    const byte IrVersionTag = 0x08;
    const int SmallTensorBytes = 1024;

    static readonly MessageParser<NodeProto> Nodes = NodeProto.Parser.WithDiscardUnknownFields(true);
    static readonly MessageParser<TensorHeader> Tensors = TensorHeader.Parser.WithDiscardUnknownFields(true);
    static readonly MessageParser<ValueInfoProto> Values = ValueInfoProto.Parser.WithDiscardUnknownFields(true);

    /// <exception cref="ModelException">Not an ONNX file, or a damaged one.</exception>
    public static OnnxGraph Read(byte[] file, string path)
    {
        try
        {
            return ReadModel(file) ?? throw NotOnnx(path, null);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException)
        {
            if (file.Length == 0 || file[0] != IrVersionTag)
                throw NotOnnx(path, e);
            throw new ModelException(
                ModelFault.Damaged, $"{path} is a truncated or damaged ONNX file ({file.Length} bytes, {e.Message}); copy or export it again.", e);
        }
    }

    static ModelException NotOnnx(string path, Exception? cause) =>
        new(ModelFault.NotOnnx, $"{path} is not an ONNX file; give a model exported as .onnx.", cause);

    static OnnxGraph? ReadModel(byte[] file)
    {
        Parts? parts = null;
        var metadata = new Dictionary<string, string>();
        var model = new WireReader(file, 0, file.Length);
        while (model.Next())
        {
            if (model.Length < 0)
                continue;
            if (model.Field == ModelGraph)
            {
                ReadGraph(file, model.Offset, model.Length, parts ??= new Parts());
            }
            else if (model.Field == ModelMetadata)
            {
                var entry = StringStringEntryProto.Parser.ParseFrom(file, model.Offset, model.Length);
                metadata[entry.Key] = entry.Value;
            }
        }
        return parts is null ? null : new OnnxGraph(parts.Nodes, parts.Initializers, parts.Small, parts.Inputs, parts.Outputs, metadata);
    }

    /// <summary>A file that something was appended to has more than one graph field: protobuf's rule is that they are one.</summary>
    static void ReadGraph(byte[] file, int offset, int length, Parts parts)
    {
        var graph = new WireReader(file, offset, length);
        while (graph.Next())
        {
            if (graph.Length < 0)
                continue;
            switch (graph.Field)
            {
                case GraphNode: parts.Nodes.Add(Nodes.ParseFrom(file, graph.Offset, graph.Length)); break;
                case GraphInitializer:
                    parts.Initializers.Add(Tensors.ParseFrom(file, graph.Offset, graph.Length));
                    if (graph.Length <= SmallTensorBytes)
                        parts.Small.Add(TensorProto.Parser.ParseFrom(file, graph.Offset, graph.Length));
                    break;
                case GraphInput: parts.Inputs.Add(Values.ParseFrom(file, graph.Offset, graph.Length)); break;
                case GraphOutput: parts.Outputs.Add(Values.ParseFrom(file, graph.Offset, graph.Length)); break;
            }
        }
    }

    sealed class Parts
    {
        public List<NodeProto> Nodes { get; } = [];

        public List<TensorHeader> Initializers { get; } = [];

        public List<TensorProto> Small { get; } = [];

        public List<ValueInfoProto> Inputs { get; } = [];

        public List<ValueInfoProto> Outputs { get; } = [];
    }
}
