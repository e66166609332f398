using System.Diagnostics;
using System.Globalization;
using System.Text;
using FastCam.Cli;
using FastCam.Onnx;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Operator;
using FastCam.Onnx.ScaleEnds;

namespace FastCam.Tests.Onnx;

/// <summary>Models that are damaged or made to harm: a sentence and an exit code, never a crash, a hang or a flood of memory.</summary>
public sealed class HostileModelTests : IDisposable
{
    const long MostMemory = 400L << 20; // An idle process and its native library, twice the file, and 100 MB.

    const string Variable = "FASTCAM_FUZZ_MODELS";

    static readonly string Report = Repository.File("artifacts", "tests", "fuzz.txt");

    /// <summary>How many damaged files the program is given: 60 by default, and 2000 by <c>make long fuzz</c>.</summary>
    static readonly int Damaged = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "60", CultureInfo.InvariantCulture);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static byte[] Small()
    {
        var net = new OnnxBuilder(32);
        var stem = net.Relu(net.Conv("image", 4));
        var block = net.Relu(net.Add(net.Conv(net.MaxPool(stem), 8, 1), net.Conv(net.MaxPool(stem), 8)));
        return net.Build(net.Head(net.Relu6(net.Conv(block, 8, stride: 2)), 10));
    }

    [Fact]
    public void Ten_thousand_flipped_files_are_parsed_and_searched_or_refused()
    {
        var whole = Small();
        var graph = ModelReader.Read(whole, "whole.onnx");
        var shapes = ShapeProbe.Run(whole, graph, new Dictionary<string, long>(), "whole.onnx");
        var random = new Random(2026);
        var refused = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var bytes = Flip(whole, random);
            var error = Record.Exception(() => new ScaleEndFinder(ModelReader.Read(bytes, "flipped.onnx"), shapes, "image", 32).Find("flipped.onnx"));

            Assert.True(error is null or ModelException, $"case {i}: {error}");
            if (error is not null)
                refused++;
        }
        Assert.InRange(refused, 100, 9_999);
    }

    [Fact]
    public void Damaged_files_never_crash_the_program()
    {
        var whole = Small();
        var random = new Random(7);
        var cut = Damaged / 3;
        var cases = Enumerable.Range(0, Damaged).Select(i => i < cut ? whole[..(whole.Length * i / cut)] : Flip(whole, random)).ToList();
        Parallel.For(
            0, cases.Count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => IsSentence(_folder.Write($"damaged{i}.onnx", cases[i]), mayWork: true));
        if (Environment.GetEnvironmentVariable(Variable) is not null)
            File.AppendAllText(Report, $"{Damaged} damaged models: no crash, no hang, at most {MostMemory >> 20} MB{Environment.NewLine}");
    }

    public static TheoryData<string> Attacks() => [.. Made.Keys];

    static readonly Dictionary<string, Func<byte[]>> Made = new()
    {
        ["nested subgraphs"] = () => Nested(50_000),
        ["a length of 2 GiB"] = () => [0x08, 8, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x07],
        ["a length beyond 64 bits"] = () => [0x08, 8, 0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ["a cycle"] = () =>
        {
            var net = new OnnxBuilder(32);
            net.Node("Relu", ["b"], 4, "a");
            net.Node("Relu", ["a"], 4, "b");
            return net.Build(net.Head(net.Relu(net.Conv("image", 4)), 3));
        },
        ["a missing initialiser"] = () =>
        {
            var net = new OnnxBuilder(32);
            return net.Build(net.Head(net.Node("Conv", ["image", "nowhere"], 4, null), 3));
        },
        ["a type mismatch"] = () =>
        {
            var net = new OnnxBuilder(32);
            var shape = net.Node("Shape", ["image"], 4, null);
            return net.Build(net.Node("Add", ["image", shape], 3, null));
        },
        ["an operator of an unknown domain"] = () =>
        {
            var net = new OnnxBuilder(32);
            return net.Build(net.Head(net.Node("Teleport", [net.Relu(net.Conv("image", 4))], 4, null), 3));
        },
        ["a huge input"] = () => new OnnxBuilder(2_000_000).Build("image"),
        ["a tensor named twice"] = () =>
        {
            var net = new OnnxBuilder(32);
            net.Relu("image", "x");
            return net.Build(net.Relu("image", "x"));
        },
        ["an empty graph"] = () => [0x08, 8, 0x3a, 0],
        ["nodes without inputs"] = () =>
        {
            var net = new OnnxBuilder(32);
            return net.Build(net.Node("Relu", [], 3, null));
        },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public void An_attack_is_a_sentence(string attack) => IsSentence(_folder.Write("attack.onnx", Made[attack]()), mayWork: false);

    [Theory]
    [InlineData("../secret.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("missing.bin")]
    public void Weights_outside_the_models_folder_or_missing_are_refused(string location)
    {
        _folder.Write("secret.bin", new byte[64]);
        Directory.CreateDirectory(_folder.File("inside"));
        var path = Path.Combine(_folder.File("inside"), "external.onnx");
        File.WriteAllBytes(path, WithExternalWeights(location));

        IsSentence(path, mayWork: false, names: location);
    }

    [Fact]
    public void Weights_in_a_file_beside_the_model_are_used()
    {
        var weights = Enumerable.Range(0, 4 * 3).SelectMany(i => BitConverter.GetBytes(0.1f * (i + 1))).ToArray();
        _folder.Write("w.bin", weights);
        byte[] entry = [.. Field(1, "location"u8.ToArray()), .. Field(2, "w.bin"u8.ToArray())];
        byte[] tensor = [0x08, 4, 0x08, 3, 0x08, 1, 0x08, 1, 0x10, 1, .. Field(8, "w"u8.ToArray()), .. Field(13, entry), 0x70, 1];
        var net = new OnnxBuilder(32);
        var first = net.Relu(net.Node("Conv", ["image", "w"], 4, null), "first");
        var file = net.Build(net.Head(net.Relu(net.Conv(net.MaxPool(first), 4)), 3));
        var model = FastCam.Onnx.Models.Model.Load(_folder.Write("external.onnx", [.. file, .. Field(7, [.. Field(5, tensor)])]));
        using var network = CpuNetwork.Open(model);
        using var slot = network.CreateSlot();
        slot.Input.Fill(1);

        network.Run(slot);

        Assert.Equal("first", model.ScaleEnds[0].Name);
        Assert.Equal(0.1f + 0.2f + 0.3f, slot.Export(0)[0], 1e-5f);
        Assert.Equal(1.0f + 1.1f + 1.2f, slot.Export(0)[3 * 32 * 32], 1e-5f);
    }

    [Fact]
    public void A_model_that_is_tapped_already_is_tapped_the_same_again()
    {
        var whole = Small();
        var plain = FastCam.Onnx.Models.Model.Load(_folder.Write("plain.onnx", whole));
        var tapped = FastCam.Onnx.Models.Model.Load(_folder.Write("tapped.onnx", ModelTapping.AppendTaps(whole, plain.ScaleEnds, plain.Outputs)));

        Assert.Equal(plain.ScaleEnds.Select(tap => tap.Name), tapped.ScaleEnds.Select(tap => tap.Name));
        Assert.Equal(plain.Output, tapped.Output);
        using var network = CpuNetwork.Open(tapped);
        using var slot = network.CreateSlot();
        network.Run(slot);
        Assert.Equal(10, slot.Scores.Length);
    }

    [Fact]
    public void A_link_out_of_the_folder_is_refused_too()
    {
        Directory.CreateDirectory(_folder.File("inside"));
        _folder.Write("secret.bin", new byte[64]);
        File.CreateSymbolicLink(Path.Combine(_folder.File("inside"), "link.bin"), _folder.File("secret.bin"));
        var path = Path.Combine(_folder.File("inside"), "external.onnx");
        File.WriteAllBytes(path, WithExternalWeights("link.bin"));

        IsSentence(path, mayWork: false, names: "outside");
    }

    static byte[] Flip(byte[] whole, Random random)
    {
        var bytes = whole.ToArray();
        for (var flips = random.Next(1, 5); flips > 0; flips--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    /// <summary>Returns the bytes of ir_version, then a graph of one node whose attribute holds a graph of one node whose attribute …</summary>
    static byte[] Nested(int depth)
    {
        const int Longest = 150_000;
        // The file is written from its end: each field's header stands before its content, whose length it says.
        var headers = new List<byte[]>();
        var length = 0;
        for (var i = 0; i < depth && length < Longest; i++)
        {
            foreach (var number in (int[])[6, 5, 1])
            {
                headers.Add(Header(number, length));
                length += headers[^1].Length;
            }
        }
        headers.Add(Header(7, length));
        return [0x08, 8, .. Enumerable.Reverse(headers).SelectMany(header => header)];
    }

    static byte[] Field(int number, byte[] content) => [.. Header(number, content.Length), .. content];

    static byte[] Header(int number, int length)
    {
        var header = new List<byte> { (byte)(number << 3 | 2) };
        for (; length >= 0x80; length >>= 7)
            header.Add((byte)(length | 0x80));
        return [.. header, (byte)length];
    }

    static byte[] WithExternalWeights(string location)
    {
        byte[] entry = [.. Field(1, "location"u8.ToArray()), .. Field(2, Encoding.UTF8.GetBytes(location))];
        byte[] tensor = [0x08, 4, 0x10, 1, .. Field(8, "w"u8.ToArray()), .. Field(13, entry), 0x70, 1];
        var net = new OnnxBuilder(32);
        var whole = net.Build(net.Head(net.Relu(net.Conv("image", 4)), 3));
        return [.. whole, .. Field(7, [.. Field(5, tensor)])];
    }

    /// <summary>0 once the process is gone.</summary>
    static long ResidentMemory(int process)
    {
        const int PageBytes = 4096;
        try
        {
            return long.Parse(File.ReadAllText($"/proc/{process}/statm").Split(' ')[1]) * PageBytes;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    static void IsSentence(string path, bool mayWork, string names = "")
    {
        using var process = Cli.Cli.Start(["inspect", path]);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        long memory = 0;
        for (var start = Stopwatch.StartNew(); !process.WaitForExit(20);)
        {
            if (start.Elapsed > TimeSpan.FromSeconds(60))
            {
                process.Kill();
                Assert.Fail($"{path} hangs");
            }
            memory = Math.Max(memory, ResidentMemory(process.Id));
        }
        var said = error.Result;
        Assert.True(memory < MostMemory, $"{path} took {memory >> 20} MiB");
        if (mayWork && process.ExitCode == 0)
            return;
        Assert.True(
            process.ExitCode is >= (int)ExitCode.ModelNotFound and <= (int)ExitCode.BadManifest,
            $"{path}: exit code {process.ExitCode}: {said}{output.Result}");
        Assert.StartsWith("fastcam: ", said);
        Assert.Single(said.TrimEnd().Split('\n'));
        Assert.Contains(names, said);
    }
}
