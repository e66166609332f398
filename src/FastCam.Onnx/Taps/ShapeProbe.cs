using FastCam.Onnx.Graph;
using FastCam.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Taps;

/// <summary>
/// The sizes of every tensor, as ONNX Runtime itself infers them: a model opened without optimisation and with every tensor as an
/// output tells their shapes without running. Files need no value_info for that.
/// </summary>
static class ShapeProbe
{
    /// <summary>Shapes by tensor name; −1 where a dimension depends on the data.</summary>
    /// <exception cref="ModelException">ONNX Runtime refuses the model.</exception>
    public static IReadOnlyDictionary<string, int[]> Run(byte[] file, OnnxGraph graph, IReadOnlyDictionary<string, long> freeDimensions, string path)
    {
        var known = graph.Outputs.Select(output => output.Name).ToHashSet();
        var tensors = graph.Nodes.SelectMany(node => node.Output).Where(name => name.Length > 0 && known.Add(name));
        using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        foreach (var (name, size) in freeDimensions) options.AddFreeDimensionOverrideByName(name, size);
        using var session = OnnxRuntimeErrors.Translate(path, () => new InferenceSession(ModelTapping.AppendOutputs(file, tensors), options));
        return session.OutputMetadata.Where(output => output.Value.IsTensor).ToDictionary(output => output.Key, output => output.Value.Dimensions);
    }
}
