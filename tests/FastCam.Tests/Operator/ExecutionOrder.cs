using System.Text.Json;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Tests.Operator;

/// <summary>In which order ONNX Runtime runs a model's nodes, as its own profile tells it.</summary>
static class ExecutionOrder
{
    /// <summary>Each operator runs when the tensor that it reads has just been made, and is in the cache.</summary>
    public static void AssertEachRunsBehindItsScaleEnd(byte[] bytes, GraphOptimizationLevel level, Model model, string folder)
    {
        var nodes = Of(bytes, level, model, folder).Where(node => node.Operator is not ("ReorderOutput" or "Transpose")).ToList();
        var places = nodes.Index().Where(node => node.Item.Operator.StartsWith(OperatorNode.Planar)).Select(node => node.Index).ToList();
        Assert.Equal(model.ScaleEnds.Count, places.Count);
        foreach (var (place, tap) in places.Zip(model.ScaleEnds))
        {
            Assert.Contains($",{tap.Height},{tap.Width}", nodes[place].Input);
            Assert.Contains($",{tap.Height},{tap.Width}", nodes[place - 1].Output);
        }
    }

    static List<(string Operator, string Input, string Output)> Of(byte[] bytes, GraphOptimizationLevel level, Model model, string folder)
    {
        using var options =
            new SessionOptions
            {
                ProfileOutputPathPrefix = Path.Combine(folder, "profile"), // It is read when profiling is switched on.
                EnableProfiling = true,
                IntraOpNumThreads = 1,
                GraphOptimizationLevel = level,
            };
        OperatorDomain.AddTo(options);
        using var session = new InferenceSession(bytes, options);
        using var input = OrtValue.CreateTensorValueFromMemory(new float[model.Input.Length], [.. model.Input.Shape]);
        using var run = new RunOptions();
        session.Run(run, [model.Input.Name], [input], session.OutputNames).Dispose();
        using var events = JsonDocument.Parse(File.ReadAllText(session.EndProfiling()));
        return [.. events.RootElement.EnumerateArray()
            .Where(e => e.GetProperty("cat").GetString() == "Node")
            .OrderBy(e => e.GetProperty("ts").GetInt64())
            .Select(e => e.GetProperty("args"))
            .Select(args =>
                (args.GetProperty("op_name").GetString()!, args.GetProperty("input_type_shape").ToString(), args.GetProperty("output_type_shape").ToString()))];
    }
}
