using FastCam.Onnx.Graph;

namespace FastCam.Onnx.ScaleEnds;

/// <summary>
/// Finds the scale ends of a network (method §4) by following its trunk: for each spatial size, the tensor that every
/// branch to another scale derives from, or, where that tensor is linear, the last activation before it at that size. The trunk
/// ends where a network first goes back up (the neck of a detector, a decoder): what comes after is not a scale of its own.
/// </summary>
sealed class ScaleEndFinder
{
    /// <summary>Scales below a 32nd of the input are left out: the extra layers of detectors see no detail.</summary>
    const int DeepestReduction = 32;

    readonly OnnxGraph _graph;
    readonly TensorShapes _shapes;
    readonly TensorSizes _sizes;
    readonly Activation _activation;
    readonly DominatorTree _dominators;
    readonly bool[] _upsamples;
    readonly bool[] _afterUpsampling;
    readonly int _inputHeight;

    /// <param name="graph">The network.</param>
    /// <param name="shapes">Tensor shapes, from <see cref="ShapeProbe"/>.</param>
    /// <param name="input">The image input's name.</param>
    /// <param name="inputHeight">Its rows.</param>
    public ScaleEndFinder(OnnxGraph graph, TensorShapes shapes, string input, int inputHeight)
    {
        _graph = graph;
        _shapes = shapes;
        _inputHeight = inputHeight;
        _sizes = new TensorSizes(graph, shapes.Shapes);
        _activation = new Activation(graph);
        _dominators = new DominatorTree(graph, input);
        _upsamples = [.. Enumerable.Range(0, graph.Nodes.Count).Select(Upsamples)];
        _afterUpsampling = new bool[graph.Nodes.Count];
        for (var node = 0; node < _afterUpsampling.Length; node++)
        {
            _afterUpsampling[node] = graph.Nodes[node].Input.Any(
                tensor => graph.Producer(tensor) is var maker and >= 0 && (_upsamples[maker] || _afterUpsampling[maker]));
        }
    }

    /// <summary>The scale ends, finest first.</summary>
    /// <exception cref="ModelException">Fewer than two were found: the message lists them.</exception>
    public IReadOnlyList<ScaleEnd> Find(string path)
    {
        var leaving = new Dictionary<(int Height, int Width), List<Departure>>();
        for (var node = 0; node < _graph.Nodes.Count; node++)
        {
            if (_dominators.Reaches(node) && !_afterUpsampling[node] && FindDeparture(node) is { } departure)
                (leaving.TryGetValue(departure.Size, out var list) ? list : leaving[departure.Size] = []).Add(departure);
        }

        var ends = new List<ScaleEnd>();
        var unsure = new List<string>();
        foreach (var (size, departures) in leaving.OrderByDescending(scale => scale.Key.Height))
        {
            if (size.Height * DeepestReduction < _inputHeight)
                continue;
            if (EndOfScale(size, departures, out var doubt) is { } end)
                ends.Add(end);
            else if (doubt.Length > 0)
                unsure.Add(doubt);
        }
        if (ends.Count >= 2)
            return ends;
        var found = ends.Count == 0 ? "none" : string.Join(", ", ends.Select(end => $"{end.Name} {end.Channels}×{end.Height}×{end.Width}"));
        var doubts = unsure.Count == 0 ? "" : $" ({string.Join("; ", unsure)})";
        throw new ModelException(ModelFault.NoScales,
            $"{path} shows fewer than two scale ends (found: {found}){doubts}; "
            + "name the tensors to tap, finest first, under \"taps\" in a manifest beside the model.");
    }

    /// <summary>The scale end that a person names.</summary>
    /// <exception cref="ModelException">It does not exist, or is not image-shaped.</exception>
    public ScaleEnd Named(string tensor, string path)
    {
        if (_sizes.Of(tensor) is null || _graph.Producer(tensor) < 0)
        {
            throw new ModelException(
                ModelFault.BadManifest, $"The tap {tensor} is no image-shaped tensor of {path}; fastcam inspect shows the scale ends there are.");
        }
        return Describe(tensor, "named") with { Before = Before(_graph.Producer(tensor)) };
    }

    ScaleEnd Describe(string tensor, string reason)
    {
        var size = _sizes.Of(tensor)!.Value;
        return new ScaleEnd(
            tensor, size.Channels, size.Height, size.Width, _graph.Nodes[_graph.Producer(tensor)].OpType, reason)
        {
            Layout = size.Layout,
            IsHalf = _shapes.Halves.Contains(tensor)
        };
    }

    IReadOnlyList<ScaleEnd>? Before(int node)
    {
        var tensors = _activation.IsOne(node) ? _activation.Before(node) : null;
        return tensors is null || tensors.Any(tensor => _sizes.Of(tensor) is null || _graph.Producer(tensor) < 0)
            ? null
            : [.. tensors.Select(tensor => Describe(tensor, "before the activation"))];
    }

    /// <summary>A node that takes a tensor away from its scale.</summary>
    readonly record struct Departure(int Node, string Tensor, (int Height, int Width) Size);

    /// <summary>
    /// A node leaves a scale when it downsamples, when it goes up to a larger one, or where the head begins; but not on a branch
    /// that returns to that size, as in squeeze-and-excite.
    /// </summary>
    Departure? FindDeparture(int index)
    {
        var node = _graph.Nodes[index];
        Departure? from = null;
        foreach (var input in node.Input)
        {
            if (_sizes.Of(input) is { Height: > 1 } size && (from is null || size.Height > from.Value.Size.Height))
                from = new Departure(index, input, size.Spatial);
        }
        if (from is not { } departure || node.Output.Any(output => _sizes.Of(output)?.Spatial == departure.Size))
            return null;
        return !_upsamples[index] && ComesBack(departure) ? null : departure;
    }

    bool ComesBack(Departure departure)
    {
        var seen = new HashSet<int> { departure.Node };
        var queue = new Queue<int>(seen);
        while (queue.TryDequeue(out var current))
        {
            if (_upsamples[current])
                continue;
            foreach (var output in _graph.Nodes[current].Output)
            {
                if (_sizes.Of(output)?.Spatial == departure.Size)
                    return true;
                foreach (var reader in _graph.Consumers(output))
                {
                    if (seen.Add(reader))
                        queue.Enqueue(reader);
                }
            }
        }
        return false;
    }

    bool Upsamples(int index)
    {
        var node = _graph.Nodes[index];
        return node.Input.Count > 0
            && _sizes.Of(node.Input[0]) is { Height: > 1 } from
            && node.Output.Any(output => _sizes.Of(output) is { } to && to.Height > from.Height);
    }

    ScaleEnd? EndOfScale((int Height, int Width) size, List<Departure> departures, out string doubt)
    {
        doubt = "";
        var scale = $"{size.Height}×{size.Width}";
        var origin = departures.Select(departure => _graph.Producer(departure.Tensor)).Aggregate(_dominators.NearestCommon);
        if (origin < 0)
            return null; // The image itself: nothing was computed at this size.
        for (var node = origin; node >= 0; node = _dominators.Immediate(node))
        {
            if (_sizes.Of(_graph.Nodes[node].Output[0]) is not { } found || found.Spatial != size)
                break;
            if (!_activation.IsOne(node))
                continue;
            var tensor = Float(node);
            var by = string.Join(", ", departures.Select(departure => _graph.Nodes[departure.Node].OpType).Distinct());
            var walked = node == origin ? "" : $"; the last activation before {_graph.Nodes[origin].OpType}";
            return Describe(tensor, $"all that leaves {scale} ({departures.Count}× {by}) derives from it{walked}") with { Before = Before(node) };
        }
        if (departures.Any(departure => _activation.IsOne(departure.Node) || _graph.Nodes[departure.Node].OpType is "Conv" or "MaxPool" or "AveragePool"))
            doubt = $"at {scale} no activation comes before all that leaves it";
        return null;
    }

    /// <summary>The tensor itself, or where it is quantised, the float tensor made of it.</summary>
    string Float(int node)
    {
        var output = _graph.Nodes[node].Output[0];
        if (_graph.Nodes[node].OpType != "QuantizeLinear")
            return output;
        return _graph.Consumers(output).Select(reader => _graph.Nodes[reader]).First(reader => reader.OpType == "DequantizeLinear").Output[0];
    }
}

/// <summary>
/// For each node the nearest one that every path from the image must pass. A graph without cycles, in topological order, needs
/// one pass: a node's immediate dominator is the nearest common dominator of those that feed it. −1 is the image itself.
/// </summary>
sealed class DominatorTree
{
    const int Image = -1;

    readonly int[] _immediate;
    readonly int[] _depth;

    public DominatorTree(OnnxGraph graph, string image)
    {
        _immediate = new int[graph.Nodes.Count];
        _depth = new int[graph.Nodes.Count];
        for (var node = 0; node < graph.Nodes.Count; node++)
        {
            int? dominator = null;
            foreach (var input in graph.Nodes[node].Input)
            {
                var feeder = graph.Producer(input);
                if (input != image && (feeder < 0 || !Reaches(feeder)))
                    continue;
                dominator = dominator is { } other ? NearestCommon(other, feeder) : feeder;
            }
            _immediate[node] = dominator ?? Image;
            _depth[node] = dominator is { } found ? Depth(found) + 1 : 0;
        }
    }

    /// <summary>Whether the image reaches the node at all.</summary>
    public bool Reaches(int node) => _depth[node] > 0;

    public int Immediate(int node) => _immediate[node];

    public int NearestCommon(int a, int b)
    {
        while (a != b)
        {
            if (a == Image || b == Image)
                return Image;
            if (Depth(a) >= Depth(b))
                a = _immediate[a];
            else
                b = _immediate[b];
        }
        return a;
    }

    int Depth(int node) => node == Image ? 0 : _depth[node];
}
