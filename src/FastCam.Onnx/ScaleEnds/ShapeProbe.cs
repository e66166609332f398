using System.Diagnostics;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace FastCam.Onnx.ScaleEnds;

/// <summary>
/// The shapes of every tensor, as ONNX Runtime itself infers them: a model opened without optimisation and with every tensor as an
/// output tells their shapes without running. Files need no value_info for that. Where a shape depends on values, one pass on a zero
/// input tells it. That pass is ended after 20 s, or when the process has grown by 1 GiB; both are looked at 50 times a second and take
/// effect between two operators.
/// </summary>
static class ShapeProbe
{
    const long MostGrowth = 1L << 30;

    static readonly TimeSpan LongestPass = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(20);

    /// <summary>Shapes and types by tensor name.</summary>
    /// <exception cref="ModelException">ONNX Runtime refuses the model.</exception>
    public static TensorShapes Run(byte[] file, OnnxGraph graph, IReadOnlyDictionary<string, long> freeDimensions, string path)
    {
        var known = graph.Outputs.Select(output => output.Name).ToHashSet();
        var tensors = graph.Nodes.SelectMany(node => node.Output).Where(name => name.Length > 0 && known.Add(name));
        using var session = OnnxRuntimeErrors.Translate(path, () =>
        {
            // Making the options loads ONNX Runtime's library, so they are made where its errors are translated.
            using var options = SessionOptionsFactory.Create(GraphOptimizationLevel.ORT_DISABLE_ALL, threads: 1, path, freeDimensions);
            // The session runs once at the most, and packed weights would take longer to make than they save.
            options.AddSessionConfigEntry("session.disable_prepacking", "1");
            return new InferenceSession(ModelAppender.Append(file, [], tensors), options);
        });
        var shapes = session.OutputMetadata.Where(output => output.Value.IsTensor).ToDictionary(output => output.Key, output => output.Value.Dimensions);
        foreach (var (input, metadata) in session.InputMetadata)
            shapes[input] = metadata.Dimensions;
        MeasureUnknown(session, shapes);
        var halves = session.OutputMetadata.Where(output => output.Value is { IsTensor: true, ElementDataType: TensorElementType.Float16 })
            .Select(output => output.Key);
        return new TensorShapes(shapes, halves.ToHashSet());
    }

    static void MeasureUnknown(InferenceSession session, Dictionary<string, int[]> shapes)
    {
        var unknown = shapes.Where(shape => shape.Value.Length == 4 && shape.Value.Any(size => size <= 0) && session.OutputMetadata.ContainsKey(shape.Key))
            .Select(shape => shape.Key)
            .ToList();
        if (unknown.Count == 0
            || session.InputMetadata.Values.Any(input => input.ElementDataType != TensorElementType.Float || input.Dimensions.Any(size => size <= 0)))
        {
            return;
        }
        var inputs = session.InputMetadata.ToDictionary(
            input => input.Key,
            input => OrtValue.CreateAllocatedTensorValue(
                OrtAllocator.DefaultInstance, TensorElementType.Float, [.. input.Value.Dimensions.Select(size => (long)size)]));
        try
        {
            foreach (var input in inputs.Values)
                input.GetTensorMutableDataAsSpan<float>().Clear();
            using var run = new RunOptions();
            var (start, memory) = (Stopwatch.GetTimestamp(), Environment.WorkingSet);
            using var limit = new Timer(
                _ => run.Terminate |= Stopwatch.GetElapsedTime(start) > LongestPass || Environment.WorkingSet - memory > MostGrowth, null, Watch, Watch);
            using var outputs = session.Run(run, inputs, unknown);
            for (var i = 0; i < unknown.Count; i++)
                shapes[unknown[i]] = [.. outputs[i].GetTensorTypeAndShape().Shape.Select(size => (int)Math.Min(size, int.MaxValue))];
        }
        catch (OnnxRuntimeException)
        {
            // The shapes stay unknown: the finder says what it could not see.
        }
        finally
        {
            foreach (var input in inputs.Values)
                input.Dispose();
        }
    }
}

/// <summary>What the probe saw.</summary>
/// <param name="Shapes">Dimensions by tensor name; −1 where one is not known even so.</param>
/// <param name="Halves">The tensors of half precision.</param>
sealed record TensorShapes(IReadOnlyDictionary<string, int[]> Shapes, IReadOnlySet<string> Halves);
