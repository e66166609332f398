using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Operator;

/// <summary>The layout that ONNX Runtime's convolutions use inside on this processor (NCHWc): blocks of 8 or 16 channels, or none.</summary>
static class BlockedLayout
{
    /// <summary>The operator set of ONNX Runtime's blocked operators.</summary>
    public const string Domain = "com.microsoft.nchwc";

    const int Channels = 32;
    const int Pixels = 2;

    static readonly Lazy<int> Block = new(Probe);

    /// <summary>Channels in a block; 0 where the loaded library has no such layout for this processor.</summary>
    public static int ChannelsInBlock => Block.Value;

    /// <summary>The library says it nowhere, but shows it: two pixels are reordered, and where the second begins, the first's block ends.</summary>
    static int Probe()
    {
        try
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = 1 };
            using var session = new InferenceSession(Reordering(), options);
            using var planar = OrtValue.CreateTensorValueFromMemory([.. Enumerable.Range(0, Channels * Pixels).Select(i => (float)i)], [1, Channels, 1, Pixels]);
            using var run = new RunOptions();
            using var blocked = session.Run(run, ["planar"], [planar], ["blocked"]);
            const float SecondPixel = 1;
            var block = blocked[0].GetTensorDataAsSpan<float>().IndexOf(SecondPixel);
            return block is 8 or 16 ? block : 0;
        }
        catch (OnnxRuntimeException)
        {
            return 0;
        }
    }

    static byte[] Reordering()
    {
        var shape = new TensorShapeProto();
        foreach (var size in (int[])[1, Channels, 1, Pixels]) shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = size });
        var type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = shape } };
        var node = new NodeProto { Domain = Domain, OpType = "ReorderInput", Input = { "planar" }, Output = { "blocked" } };
        var graph = new MemoryStream();
        OnnxWriter.WriteField(graph, OnnxField.GraphNode, node.ToByteArray());
        OnnxWriter.WriteField(graph, OnnxField.GraphInput, new ValueInfoProto { Name = "planar", Type = type }.ToByteArray());
        OnnxWriter.WriteField(graph, OnnxField.GraphOutput, new ValueInfoProto { Name = "blocked" }.ToByteArray());
        var model = new MemoryStream();
        model.Write([OnnxField.ModelIrVersion << 3, 8]);
        OnnxWriter.WriteField(model, OnnxField.ModelGraph, graph.ToArray());
        OnnxWriter.WriteField(model, OnnxField.ModelOperatorSet, new OperatorSetIdProto { Version = 17 }.ToByteArray());
        OnnxWriter.WriteField(model, OnnxField.ModelOperatorSet, new OperatorSetIdProto { Domain = Domain, Version = 1 }.ToByteArray());
        return model.ToArray();
    }
}
