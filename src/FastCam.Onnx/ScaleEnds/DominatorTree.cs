using FastCam.Onnx.Graph;

namespace FastCam.Onnx.ScaleEnds;

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
                if (input != image && (feeder < 0 || !Reaches(feeder))) continue;
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
            if (a == Image || b == Image) return Image;
            if (Depth(a) >= Depth(b)) a = _immediate[a];
            else b = _immediate[b];
        }
        return a;
    }

    int Depth(int node) => node == Image ? 0 : _depth[node];
}
