using FastCam.Onnx.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace FastCam.Onnx.Heads;

/// <summary>
/// How a network's outputs are read. It is chosen by what the manifest says that the network computes, and by the shapes of its outputs. All outputs
/// that it reads are bound to memory of the slot, so that a pass allocates nothing. Stateless: any number of threads may use one.
/// </summary>
public abstract class OutputHead
{
    /// <summary>Its name: <c>classifier</c> or <c>none</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The outputs that it reads.</summary>
    public abstract IReadOnlyList<HeadOutput> Outputs { get; }

    /// <summary>How many classes there are; 0 where it has none.</summary>
    public virtual int Classes => 0;

    /// <summary>Reads what a pass has left. Allocates nothing.</summary>
    /// <param name="tensors">The outputs' memory.</param>
    /// <param name="predictions">Filled.</param>
    internal abstract void Read(HeadTensors tensors, Predictions predictions);

    /// <summary>The head of a network.</summary>
    /// <param name="model">The model.</param>
    /// <param name="outputs">What ONNX Runtime says of its outputs.</param>
    internal static OutputHead Create(Model model, IReadOnlyDictionary<string, NodeMetadata> outputs)
    {
        var scores = outputs[model.Output];
        return model.Manifest.Task == ModelTask.Classification && scores.ElementDataType == TensorElementType.Float && IsVector(scores.Dimensions)
            ? new ClassifierHead(new HeadOutput(model.Output, [.. scores.Dimensions.Select(size => (long)size)]), model.HasProbabilities)
            : new NoHead();
    }

    /// <summary>One score a class: all dimensions but one are 1. Anything else is no classifier's output.</summary>
    static bool IsVector(int[] dimensions) => dimensions.Length > 0 && dimensions.All(size => size > 0) && dimensions.Count(size => size > 1) == 1;
}

/// <summary>An output that a head reads, in float32.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions, with a batch of one.</param>
public sealed record HeadOutput(string Name, IReadOnlyList<long> Shape)
{
    /// <summary>Numbers in it.</summary>
    public int Length => checked((int)Shape.Aggregate(1L, (product, size) => checked(product * size)));
}

/// <summary>The head of a network whose outputs say nothing to us, such as an embedding: its maps are shown all the same.</summary>
sealed class NoHead : OutputHead
{
    public override string Name => "none";

    public override IReadOnlyList<HeadOutput> Outputs => [];

    internal override void Read(HeadTensors tensors, Predictions predictions) => predictions.Clear();
}
