using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;

namespace FastCam.Onnx.Taps;

/// <summary>
/// Finds the scale ends of a network (method §4) by following its trunk: for each spatial size, the tensor that every
/// branch to the next smaller size derives from, or, where that tensor is linear, the last activation before it at that size.
/// </summary>
sealed class TapFinder
{
    /// <summary>Scales below a 32nd of the input are left out: the extra layers of detectors see no detail.</summary>
    const int DeepestReduction = 32;

    readonly OnnxGraph _graph;
    readonly IReadOnlyDictionary<string, int[]> _shapes;
    readonly DominatorTree _dominators;
    readonly int _inputHeight;

    /// <param name="graph">The network.</param>
    /// <param name="shapes">Tensor shapes, from <see cref="ShapeProbe"/>.</param>
    /// <param name="input">The image input's name.</param>
    /// <param name="inputHeight">Its rows.</param>
    public TapFinder(OnnxGraph graph, IReadOnlyDictionary<string, int[]> shapes, string input, int inputHeight)
    {
        _graph = graph;
        _shapes = shapes;
        _inputHeight = inputHeight;
        _dominators = new DominatorTree(graph, input);
    }

    /// <summary>The scale ends, finest first.</summary>
    /// <exception cref="ModelException">Fewer than two were found: the message lists them.</exception>
    public IReadOnlyList<Tap> Find(string path)
    {
        var leaving = new Dictionary<(int Height, int Width), List<int>>();
        for (var node = 0; node < _graph.Nodes.Count; node++)
            if (_dominators.Reaches(node) && LeavesScale(node) is { } size)
                (leaving.TryGetValue(size, out var list) ? list : leaving[size] = []).Add(node);

        var taps = new List<Tap>();
        var unsure = new List<string>();
        foreach (var (size, nodes) in leaving.OrderByDescending(scale => scale.Key.Height))
        {
            if (size.Height * DeepestReduction < _inputHeight) continue;
            if (EndOfScale(size, nodes, out var doubt) is { } tap) taps.Add(tap);
            else if (doubt.Length > 0) unsure.Add(doubt);
        }
        if (taps.Count >= 2) return taps;
        var found = taps.Count == 0 ? "none" : string.Join(", ", taps.Select(tap => $"{tap.Name} {tap.Channels}×{tap.Height}×{tap.Width}"));
        var doubts = unsure.Count == 0 ? "" : $" ({string.Join("; ", unsure)})";
        throw new ModelException(ModelFault.NoScales,
            $"{path} shows fewer than two scale ends (found: {found}){doubts}; name the tensors to tap, finest first, under \"taps\" in a manifest beside the model.");
    }

    /// <summary>
    /// The size that a node takes its tensor away from: it downsamples, or it is where the head begins, from which nothing
    /// comes back to that size (a squeeze-and-excite branch does come back).
    /// </summary>
    (int Height, int Width)? LeavesScale(int index)
    {
        var node = _graph.Nodes[index];
        if (Size(node.Input[0]) is not { } from || from.Height <= 1) return null;
        var to = node.Output.Select(output => Size(output)).FirstOrDefault(size => size is not null);
        if (to == from || to is { } larger && larger.Height > from.Height) return null;
        return ComesBack(index, from) ? null : from;
    }

    bool ComesBack(int index, (int Height, int Width) size)
    {
        var seen = new HashSet<int> { index };
        var queue = new Queue<int>(seen);
        while (queue.TryDequeue(out var current))
            foreach (var output in _graph.Nodes[current].Output)
            {
                if (Size(output) == size) return true;
                foreach (var reader in _graph.Consumers(output))
                    if (seen.Add(reader)) queue.Enqueue(reader);
            }
        return false;
    }

    Tap? EndOfScale((int Height, int Width) size, List<int> leaving, out string doubt)
    {
        doubt = "";
        var scale = $"{size.Height}×{size.Width}";
        var origin = leaving.Select(node => _graph.Producer(_graph.Nodes[node].Input[0])).Aggregate(_dominators.NearestCommon);
        if (origin < 0) return null; // The image itself: nothing was computed at this size.
        for (var node = origin; node >= 0; node = _dominators.Immediate(node))
        {
            var proto = _graph.Nodes[node];
            if (Size(proto.Output[0]) != size) break;
            if (!Activation.IsActivation(_graph, proto)) continue;
            var by = string.Join(", ", leaving.Select(index => _graph.Nodes[index].OpType).Distinct());
            var walked = node == origin ? "" : $"; the last activation before {_graph.Nodes[origin].OpType}";
            return new Tap(proto.Output[0], _shapes[proto.Output[0]][1], size.Height, size.Width, proto.OpType,
                $"all that leaves {scale} ({leaving.Count}× {by}) derives from it{walked}");
        }
        doubt = $"at {scale} no activation comes before all that leaves it";
        return null;
    }

    (int Height, int Width)? Size(string tensor) =>
        _shapes.TryGetValue(tensor, out var shape) && shape.Length == 4 && shape[2] > 0 && shape[3] > 0 ? (shape[2], shape[3]) : null;
}
