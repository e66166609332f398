using FastCam.Lab.Generation;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.Operator;
using FastCam.Saliency.Statistics;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Tests.Operator;

/// <summary>Small models with an operator on one of their tensors.</summary>
static class OperatorModel
{
    /// <summary>The operator for SMOE Scale.</summary>
    public static NodeProto Node(string type, string tensor, params AttributeProto[] attributes) => new()
    {
        Domain = OperatorDomain.Name,
        OpType = type,
        Name = "map",
        Input = { tensor },
        Output = { "map" },
        Attribute =
        {
            attributes,
            OnnxAttribute.Create("statistic", "smoe"),
            OnnxAttribute.Create("biased", 0),
            OnnxAttribute.Create("epsilon", SmoeScale.DefaultEpsilon),
        },
    };

    /// <summary>The operator's attributes for bytes.</summary>
    public static AttributeProto[] Bytes(float scale, int zeroPoint, bool channelsLast) =>
        [OnnxAttribute.Create("scale", scale), OnnxAttribute.Create("zero_point", zeroPoint), OnnxAttribute.Create("channels_last", channelsLast ? 1 : 0)];

    /// <summary>The model with a node more and its output.</summary>
    public static byte[] Attach(byte[] file, NodeProto node)
    {
        var graph = new MemoryStream();
        OnnxWriter.WriteField(graph, OnnxField.GraphNode, node.ToByteArray());
        OnnxWriter.WriteField(graph, OnnxField.GraphOutput, new ValueInfoProto { Name = "map" }.ToByteArray());
        var model = new MemoryStream();
        model.Write(file);
        OnnxWriter.WriteField(model, OnnxField.ModelGraph, graph.ToArray());
        OnnxWriter.WriteField(model, OnnxField.ModelOperatorSet, new OperatorSetIdProto { Domain = OperatorDomain.Name, Version = 1 }.ToByteArray());
        return model.ToArray();
    }

    public static InferenceSession Open(byte[] file)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        OperatorDomain.AddTo(options);
        return new InferenceSession(file, options);
    }

    public static void Run(InferenceSession session, int side = 8)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(Samples(3 * side * side), [1, 3, side, side]);
        using var run = new RunOptions();
        session.Run(run, ["image"], [input], ["map"]).Dispose();
    }

    public static float[] Samples(int count)
    {
        var normal = new NormalSource(5);
        return [.. Enumerable.Range(0, count).Select(_ => (float)normal.Next())];
    }
}
