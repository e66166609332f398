namespace FastCam.Lab.Generation;

/// <summary>What was written: the network's outputs and, as its construction knows them, its scale ends.</summary>
/// <param name="Name">The network.</param>
/// <param name="Input">The image input's name.</param>
/// <param name="Outputs">The outputs' names: <c>logits</c>, or a detector's.</param>
/// <param name="Parameters">Weights, biases, and batch norms' scales and shifts: what training would have found.</param>
/// <param name="ScaleEnds">The last activation at each spatial size, finest first (method §4).</param>
public sealed record GeneratedNetwork(string Name, string Input, IReadOnlyList<string> Outputs, long Parameters, IReadOnlyList<ScaleEnd> ScaleEnds);

/// <summary>The tensor that ends a scale.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Height">Its rows, at the generator's input size.</param>
/// <param name="Width">Its columns, likewise.</param>
/// <param name="Operator">The ONNX operator that makes it.</param>
public sealed record ScaleEnd(string Tensor, int Channels, int Height, int Width, string Operator);
