using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.Models;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.ScaleEnds;
using FastCam.Saliency.Statistics;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Operator;

/// <summary>
/// A model as ONNX Runtime optimised it for this processor, with the operators on the blocked tensors that its convolutions make. ONNX
/// Runtime would put a reordering before an operator that it does not know; here each such node is taken out again, and the result is to be opened as it is.
/// </summary>
static class BlockedModel
{
    /// <summary>To be raised when the rewriting changes.</summary>
    const int Format = 2;

    /// <summary>All that the rewritten model depends on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="statistic">What its operators compute.</param>
    /// <param name="exports">The tensors that leave it beside scores and maps.</param>
    public static string KeyOf(Model model, Statistic statistic, IReadOnlyList<ScaleEnd> exports)
    {
        var key = new StringBuilder(
            $"FastCam.Edge blocked model {Format}\n"
            + $"ONNX Runtime {OnnxRuntimeLibrary.Version}, blocks of {BlockedLayout.ChannelsInBlock}\n"
            + $"processor {Processor.Features}\n");
        key.Append($"model {Convert.ToHexStringLower(SHA256.HashData(model.Bytes))}\n");
        foreach (var file in model.ExternalFiles.Select(path => new FileInfo(path)))
            key.Append($"weights {file.FullName} {file.Length} {file.LastWriteTimeUtc:O}\n");
        foreach (var (name, size) in model.FreeDimensions.OrderBy(dimension => dimension.Key, StringComparer.Ordinal))
            key.Append($"size {name} {size}\n");
        foreach (var end in model.ScaleEnds)
            key.Append($"tap {ModelTapping.OutputOf(end)}\n");
        foreach (var export in exports)
            key.Append($"export {ModelTapping.OutputOf(export)}\n");
        return key.Append(CultureInfo.InvariantCulture, $"statistic {statistic.Name} {statistic.Epsilon:R} {statistic.IsBiased}\n").ToString();
    }

    /// <summary>Has ONNX Runtime optimise the model, with operators, and rewrites it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="statistic">What its operators compute.</param>
    /// <param name="exports">The tensors that leave it beside scores and maps.</param>
    /// <returns>The rewritten model; nothing where no operator reads a blocked tensor.</returns>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime cannot open the model, or cannot save it.</exception>
    /// <exception cref="IOException">The temporary folder cannot take it, or it is above 2 GB.</exception>
    public static byte[] Make(Model model, Statistic statistic, IReadOnlyList<ScaleEnd> exports)
    {
        var folder = Directory.CreateTempSubdirectory("fastcam-");
        try
        {
            var path = Path.Combine(folder.FullName, "optimised.onnx");
            using (var options = SessionOptionsFactory.Create(GraphOptimizationLevel.ORT_ENABLE_ALL, threads: 1, model.FilePath, model.FreeDimensions))
            {
                options.OptimizedModelFilePath = path;
                OperatorDomain.AddTo(options);
                new InferenceSession(ModelTapping.AppendOperators(model.Bytes, model.ScaleEnds, statistic, exports, model.Outputs), options).Dispose();
            }
            return Rewrite(File.ReadAllBytes(path), model.ScaleEnds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Moves each operator from behind a reordering to the tensor before it, and all operators to the end, the deepest first.</summary>
    internal static byte[] Rewrite(byte[] file, IReadOnlyList<ScaleEnd> ends)
    {
        var model = new WireReader(file, 0, file.Length);
        // All before the graph is passed over.
        while (model.Next() && model.Field != OnnxField.ModelGraph)
        {
        }
        var fields = Fields(file, model.Offset, model.Length);
        var nodes = fields.Select(field => field.Node).OfType<NodeProto>().ToList();
        var reorderings = nodes.Where(IsReordering).ToDictionary(node => node.Output[0]);
        var operators = nodes.Where(node => node.Domain == OperatorDomain.Name).ToDictionary(node => node.Output[0]);
        if (!operators.Values.Any(node => reorderings.ContainsKey(node.Input[0])))
            return [];
        foreach (var (output, node) in operators)
        {
            if (reorderings.TryGetValue(node.Input[0], out var reordering))
            {
                operators[output] = OperatorNode.Blocked(
                    node, reordering.Input[0], (int)reordering.Attribute.Single(attribute => attribute.Name == "channels").I);
            }
        }
        var needed = nodes.Where(node => node.Domain != OperatorDomain.Name).Concat(operators.Values).SelectMany(node => node.Input)
            .Concat(fields.Where(field => field.Number == OnnxField.GraphOutput)
                .Select(field => ValueInfoProto.Parser.ParseFrom(file, field.Content, field.End - field.Content).Name))
                .ToHashSet();

        var graph = new MemoryStream(model.Length + 4096);
        foreach (var field in fields)
        {
            if (field.Node is not { } node || node.Domain != OperatorDomain.Name && (!IsReordering(node) || needed.Contains(node.Output[0])))
                graph.Write(file.AsSpan(field.Start, field.End - field.Start));
        }
        foreach (var end in ends.Reverse())
            OnnxWriter.WriteField(graph, OnnxField.GraphNode, operators[OperatorNode.OutputOf(end)].ToByteArray());
        var rewritten = new MemoryStream(file.Length + 4096);
        rewritten.Write(file.AsSpan(0, model.Offset - OnnxWriter.HeaderLength(OnnxField.ModelGraph, model.Length)));
        OnnxWriter.WriteField(rewritten, OnnxField.ModelGraph, graph.GetBuffer().AsSpan(0, (int)graph.Length));
        rewritten.Write(file.AsSpan(model.Offset + model.Length));
        return rewritten.ToArray();
    }

    /// <summary>From the blocked layout back to N×C×H×W.</summary>
    static bool IsReordering(NodeProto node) =>
        node.Domain == BlockedLayout.Domain
            && node.OpType == "ReorderOutput"
            && !node.Attribute.Any(attribute => attribute is { Name: "channels_last", I: not 0 });

    static List<GraphField> Fields(byte[] file, int offset, int length)
    {
        var fields = new List<GraphField>();
        var reader = new WireReader(file, offset, length);
        for (var start = offset; reader.Next(); start = reader.Position)
        {
            fields.Add(
                new GraphField(
                    reader.Field, start, reader.Offset, reader.Position,
                    reader.Field == OnnxField.GraphNode ? NodeProto.Parser.ParseFrom(file, reader.Offset, reader.Length) : null));
        }
        return fields;
    }

    /// <summary>A field of the graph: its number, where it begins, its content begins, and it ends; a node is parsed.</summary>
    readonly record struct GraphField(int Number, int Start, int Content, int End, NodeProto? Node);
}

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
            using var options = SessionOptionsFactory.Create(GraphOptimizationLevel.ORT_ENABLE_ALL, threads: 1);
            using var session = new InferenceSession(Reordering(), options);
            using var planar = OrtValue.CreateTensorValueFromMemory(
                [.. Enumerable.Range(0, Channels * Pixels).Select(i => (float)i)], [1, Channels, 1, Pixels]);
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
        foreach (var size in (int[])[1, Channels, 1, Pixels])
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = size });
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

/// <summary>The processor, as far as a model that was optimised for it depends on it.</summary>
static class Processor
{
    /// <summary>
    /// The instruction sets that an x86 processor itself states, whatever .NET was told to use of them: what ONNX Runtime chooses its
    /// layouts by. Of others, the architecture.
    /// </summary>
    public static string Features
    {
        get
        {
            if (!X86Base.IsSupported)
                return RuntimeInformation.ProcessArchitecture.ToString();
            var (_, _, ecx, edx) = X86Base.CpuId(1, 0);
            var (_, extended, extendedC, extendedD) = X86Base.CpuId(7, 0);
            return $"{RuntimeInformation.ProcessArchitecture} {ecx:x8} {edx:x8} {extended:x8} {extendedC:x8} {extendedD:x8}";
        }
    }
}
