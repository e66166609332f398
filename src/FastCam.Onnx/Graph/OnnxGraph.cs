using System.Buffers.Binary;
using FastCam.Onnx.Graph.Proto;

namespace FastCam.Onnx.Graph;

/// <summary>A graph's nodes in an order in which every input comes before its consumer, and who makes and reads each tensor.</summary>
sealed class OnnxGraph
{
    readonly Dictionary<string, int> _producer = [];
    readonly Dictionary<string, List<int>> _consumers = [];
    readonly HashSet<string> _constants;
    readonly Dictionary<string, TensorProto> _small = [];

    static readonly HashSet<string> WithoutInputs = ["Constant", "RandomNormal", "RandomUniform", "SequenceEmpty", "Optional"];

    /// <exception cref="InvalidDataException">The nodes form a cycle, two make the same tensor, or one reads or makes nothing.</exception>
    public OnnxGraph(
        IReadOnlyList<NodeProto> nodes, IReadOnlyList<TensorHeader> initializers, IReadOnlyList<TensorProto> small,
        IReadOnlyList<ValueInfoProto> inputs, IReadOnlyList<ValueInfoProto> outputs, IReadOnlyDictionary<string, string> metadata)
    {
        _constants = [.. initializers.Select(i => i.Name)];
        Initializers = initializers;
        Inputs = [.. inputs.Where(i => !_constants.Contains(i.Name))];
        Outputs = outputs;
        Metadata = metadata;
        foreach (var node in nodes)
        {
            if (node.Output.Count == 0)
                throw new InvalidDataException($"a node {node.OpType} makes nothing");
            if (node.Input.Count == 0 && !WithoutInputs.Contains(node.OpType))
                throw new InvalidDataException($"a node {node.OpType} reads nothing");
        }
        Nodes = Sort(nodes);
        for (var index = 0; index < Nodes.Count; index++)
        {
            foreach (var output in Nodes[index].Output)
            {
                if (output.Length > 0)
                    _producer[output] = index;
            }
            foreach (var input in Nodes[index].Input)
            {
                if (!_consumers.TryGetValue(input, out var list))
                    _consumers[input] = list = [];
                list.Add(index);
            }
            if (Nodes[index].OpType != "Constant")
                continue;
            _constants.UnionWith(Nodes[index].Output);
            if (Nodes[index].Attribute.FirstOrDefault(attribute => attribute.T is not null) is { } value)
                _small[Nodes[index].Output[0]] = value.T;
        }
        foreach (var tensor in small)
            _small[tensor.Name] = tensor;
    }

    public IReadOnlyList<NodeProto> Nodes { get; }

    /// <summary>The weights' names, shapes and places; not their values.</summary>
    public IReadOnlyList<TensorHeader> Initializers { get; }

    /// <summary>What a caller must feed: graph inputs that no initialiser fills.</summary>
    public IReadOnlyList<ValueInfoProto> Inputs { get; }

    public IReadOnlyList<ValueInfoProto> Outputs { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The index of the node that makes a tensor, or −1 for inputs and constants.</summary>
    public int Producer(string tensor) => _producer.GetValueOrDefault(tensor, -1);

    public IReadOnlyList<int> Consumers(string tensor) => _consumers.TryGetValue(tensor, out var list) ? list : [];

    /// <summary>A constant of few values; null for others.</summary>
    public TensorProto? SmallConstant(string tensor) => _small.GetValueOrDefault(tensor);

    public bool IsConstant(string tensor) => _constants.Contains(tensor);

    public bool Contains(string tensor) => _producer.ContainsKey(tensor);

    static IReadOnlyList<NodeProto> Sort(IReadOnlyList<NodeProto> nodes)
    {
        var producer = new Dictionary<string, int>();
        for (var index = 0; index < nodes.Count; index++)
        {
            foreach (var output in nodes[index].Output)
            {
                if (output.Length > 0 && !producer.TryAdd(output, index))
                    throw new InvalidDataException($"two nodes make the tensor {output}");
            }
        }
        var waiting = new int[nodes.Count];
        var readers = new List<int>[nodes.Count];
        for (var index = 0; index < nodes.Count; index++)
            readers[index] = [];
        for (var index = 0; index < nodes.Count; index++)
        {
            foreach (var input in nodes[index].Input)
            {
                if (producer.TryGetValue(input, out var maker))
                {
                    waiting[index]++;
                    readers[maker].Add(index);
                }
            }
        }
        var ready = new PriorityQueue<int, int>();
        for (var index = 0; index < nodes.Count; index++)
        {
            if (waiting[index] == 0)
                ready.Enqueue(index, index);
        }
        var sorted = new List<NodeProto>(nodes.Count);
        while (ready.TryDequeue(out var index, out _))
        {
            sorted.Add(nodes[index]);
            foreach (var reader in readers[index])
            {
                if (--waiting[reader] == 0)
                    ready.Enqueue(reader, reader);
            }
        }
        return sorted.Count == nodes.Count ? sorted : throw new InvalidDataException("its nodes form a cycle");
    }
}

/// <summary>Which version of ONNX's own operators a model is written in: it says what each of its nodes means, and of any that are added.</summary>
static class OperatorSet
{
    /// <returns>The version; 0 where the model states none.</returns>
    public static long VersionOf(byte[] file)
    {
        long version = 0;
        var model = new WireReader(file, 0, file.Length);
        while (model.Next())
        {
            if (model is { Field: OnnxField.ModelOperatorSet, Length: >= 0 }
                && OperatorSetIdProto.Parser.ParseFrom(file, model.Offset, model.Length) is { Domain: "" or "ai.onnx" } set)
            {
                version = set.Version;
            }
        }
        return version;
    }
}

static class SmallTensor
{
    /// <summary>The values of a small float32 tensor, however the exporter stored them.</summary>
    public static IEnumerable<float> Floats(this TensorProto tensor) =>
        tensor.HasRawData
            ? tensor.RawData.ToByteArray()
                .Chunk(sizeof(float))
                .Where(bytes => bytes.Length == sizeof(float))
                .Select(bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes))
            : tensor.FloatData;

    /// <summary>The values of a small integer tensor, however the exporter stored them.</summary>
    public static IEnumerable<long> Integers(this TensorProto tensor)
    {
        const int Uint8 = 2, Int8 = 3, Uint16 = 4, Int16 = 5, Int32 = 6, Int64 = 7;
        if (!tensor.HasRawData)
            return tensor.Int64Data.Count > 0 ? tensor.Int64Data : tensor.Int32Data.Select(value => (long)value);
        var raw = tensor.RawData.ToByteArray();
        return tensor.DataType switch
        {
            Uint8 => raw.Select(value => (long)value),
            Int8 => raw.Select(value => (long)(sbyte)value),
            Uint16 => raw.Chunk(2).Where(bytes => bytes.Length == 2).Select(bytes => (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
            Int16 => raw.Chunk(2).Where(bytes => bytes.Length == 2).Select(bytes => (long)BinaryPrimitives.ReadInt16LittleEndian(bytes)),
            Int32 => raw.Chunk(4).Where(bytes => bytes.Length == 4).Select(bytes => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes)),
            Int64 => raw.Chunk(8).Where(bytes => bytes.Length == 8).Select(bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes)),
            _ => [],
        };
    }
}
