namespace FastCam.Onnx.Costs;

/// <summary>A network's own work for one image, in multiply-adds: what papers since He et al. (2015) call FLOPs.</summary>
/// <param name="Operators">By kind of operator, the costliest first.</param>
/// <param name="Uncounted">Nodes that multiply, or may, but by a rule or of a size not known here: the total leaves them out. By kind, with their number.</param>
public sealed record NetworkCost(IReadOnlyList<OperatorCost> Operators, IReadOnlyList<(string Operator, int Nodes)> Uncounted)
{
    /// <summary>All of them.</summary>
    public long MultiplyAdds => Operators.Sum(kind => kind.MultiplyAdds);
}

/// <summary>What the nodes of one kind do.</summary>
/// <param name="Operator">The ONNX operator.</param>
/// <param name="Nodes">How many there are.</param>
/// <param name="MultiplyAdds">Their multiply-adds for one image.</param>
public sealed record OperatorCost(string Operator, int Nodes, long MultiplyAdds);
