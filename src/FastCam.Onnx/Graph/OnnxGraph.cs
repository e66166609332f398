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
            if (node.Output.Count == 0) throw new InvalidDataException($"a node {node.OpType} makes nothing");
            if (node.Input.Count == 0 && !WithoutInputs.Contains(node.OpType)) throw new InvalidDataException($"a node {node.OpType} reads nothing");
        }
        Nodes = Sort(nodes);
        for (var index = 0; index < Nodes.Count; index++)
        {
            foreach (var output in Nodes[index].Output)
                if (output.Length > 0) _producer[output] = index;
            foreach (var input in Nodes[index].Input)
            {
                if (!_consumers.TryGetValue(input, out var list)) _consumers[input] = list = [];
                list.Add(index);
            }
            if (Nodes[index].OpType != "Constant") continue;
            _constants.UnionWith(Nodes[index].Output);
            if (Nodes[index].Attribute.FirstOrDefault(attribute => attribute.T is not null) is { } value) _small[Nodes[index].Output[0]] = value.T;
        }
        foreach (var tensor in small) _small[tensor.Name] = tensor;
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
            foreach (var output in nodes[index].Output)
                if (output.Length > 0 && !producer.TryAdd(output, index)) throw new InvalidDataException($"two nodes make the tensor {output}");
        var waiting = new int[nodes.Count];
        var readers = new List<int>[nodes.Count];
        for (var index = 0; index < nodes.Count; index++) readers[index] = [];
        for (var index = 0; index < nodes.Count; index++)
            foreach (var input in nodes[index].Input)
                if (producer.TryGetValue(input, out var maker))
                {
                    waiting[index]++;
                    readers[maker].Add(index);
                }
        var ready = new PriorityQueue<int, int>();
        for (var index = 0; index < nodes.Count; index++)
            if (waiting[index] == 0) ready.Enqueue(index, index);
        var sorted = new List<NodeProto>(nodes.Count);
        while (ready.TryDequeue(out var index, out _))
        {
            sorted.Add(nodes[index]);
            foreach (var reader in readers[index])
                if (--waiting[reader] == 0) ready.Enqueue(reader, reader);
        }
        return sorted.Count == nodes.Count ? sorted : throw new InvalidDataException("its nodes form a cycle");
    }
}
