using FastCam.Lab.Generation;
using FastCam.Onnx;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.Strategies;
using FastCam.Tests.Onnx;

namespace FastCam.Tests.Operator;

/// <summary>
/// A network is held against the CPU's before it is trusted. No device is at hand: what stands in for one runs on the CPU, and is
/// broken on purpose.
/// </summary>
public sealed class SelfCheckTests : IDisposable
{
    const int Side = 96;

    static readonly ExplanationOptions Nodes = new() { Strategy = ExplainStrategy.Nodes };
    static readonly ExecutionProvider Device = ExecutionProvider.All[0];

    readonly TemporaryFolder _folder = new();
    readonly byte[] _file = GeneratedNetworks.Write("mobilenetv2", new GeneratorOptions { InputSize = Side, Seed = 3 }).File;
    readonly Model _model;

    public SelfCheckTests() => _model = Load(_file);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_device_that_says_what_the_CPU_says_is_kept_without_a_word()
    {
        using var network = Open(_model);

        Assert.Equal(ExplainStrategy.Nodes, network.Strategy);
        Assert.Null(network.Notice);
    }

    [Theory]
    [InlineData("mobilenetv2")]
    [InlineData("resnet18")]
    [InlineData("efficientnet-b0")]
    public void A_device_that_rounds_every_product_to_half_precision_is_kept(string name)
    {
        var file = GeneratedNetworks.Write(name, new GeneratorOptions { InputSize = Side, Seed = 3 }).File;
        var model = Load(file);
        using var network = Open(Load(GeneratedNetworks.Rewrite(file, Rounded)), model);

        Assert.Equal(ExplainStrategy.Nodes, network.Strategy);
        Assert.Null(network.Notice);
        using var cpu = CpuNetwork.Open(model, 1);
        using NoisePasses passes = new(network, Nodes), right = new(cpu, Nodes);
        Assert.InRange(NoisePass.Difference(right.Run(1).Map, passes.Run(1).Map).Largest, 1e-5, ProviderCheck.LargestDifference);
    }

    [Fact]
    public void A_slot_whose_input_is_not_refreshed_is_found_and_the_CPU_runs_instead()
    {
        // Whatever the image, the first convolution is given the same.
        var frozen = GeneratedNetworks.Rewrite(_file, node =>
        {
            if (!node.Input.Contains("image"))
                return [node];
            node.Input[0] = "frozen";
            return [new NodeProto { OpType = "Sub", Input = { "image", "image" }, Output = { "frozen" } }, node];
        });
        using var network = Open(Load(frozen));

        AssertDegraded(network, "its input is frozen");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_device_that_loses_a_bias_is_found_whether_it_was_chosen_or_named(bool auto)
    {
        var convolutions = 0;
        var broken = GeneratedNetworks.Rewrite(_file, node =>
        {
            if (node.OpType == "Conv" && ++convolutions == 20)
                node.Input.RemoveAt(2);
            return [node];
        });
        using var network = Open(Load(broken), auto: auto);

        AssertDegraded(network, "its combined map differs from the CPU's by up to");
    }

    [Fact]
    public void A_device_whose_maps_are_right_and_scores_wrong_is_found()
    {
        var broken = GeneratedNetworks.Rewrite(_file, node =>
        {
            if (node.OpType == "Gemm")
                node.Input.RemoveAt(2);
            return [node];
        });
        using var network = Open(Load(broken));

        AssertDegraded(network, "its scores differ from the CPU's by up to");
    }

    [Fact]
    public void A_device_whose_passes_fail_is_found()
    {
        using var network = Open(Load(Failing()));

        AssertDegraded(network, "The forward pass of");
    }

    [Fact]
    public void What_is_broken_is_trusted_where_the_check_is_off()
    {
        var other = Load(GeneratedNetworks.Write("mobilenetv2", new GeneratorOptions { InputSize = Side, Seed = 4 }).File);
        using var network = Open(other, check: SelfCheck.Off);

        Assert.Same(other, network.Model);
        Assert.Null(network.Notice);
    }

    [Theory]
    [InlineData(SelfCheck.Auto, ExplainStrategy.Nodes)]
    [InlineData(SelfCheck.On, ExplainStrategy.Taps)]
    public void The_CPU_is_checked_only_when_asked(SelfCheck check, ExplainStrategy taken)
    {
        var failing = Load(Failing());
        var opener = new StandIn(_model, check, (_, options) => CpuNetwork.Open(options.Strategy == ExplainStrategy.Taps ? _model : failing, 1, options));
        using var network = opener.Open([ExecutionProvider.Cpu], auto: false);

        Assert.Equal(taken, network.Strategy);
        Assert.Equal(check == SelfCheck.On, network.Notice?.Contains("self-check failed on CPU: The forward pass of") ?? false);
    }

    [Theory]
    [InlineData(ExplainStrategy.Taps)]
    [InlineData(ExplainStrategy.Operator)]
    [InlineData(ExplainStrategy.Blocked)]
    [InlineData(ExplainStrategy.Nodes)]
    public void Every_strategy_on_the_CPU_passes(ExplainStrategy by)
    {
        var options = new ExplanationOptions { Strategy = by };
        var cache = new ModelCache(_folder.File("cache"));
        using var unchecked_ = CpuNetwork.Open(_model, 1, options, cache);
        using var network = CpuNetwork.Open(_model, 1, options, cache, SelfCheck.On);

        Assert.Equal(unchecked_.Strategy, network.Strategy);
        Assert.Equal(unchecked_.Notice, network.Notice);
    }

    [Fact]
    public void A_device_that_does_not_start_is_passed_over_with_a_notice()
    {
        var opener = new StandIn(_model, SelfCheck.Auto, (provider, options) =>
            provider == Device ? throw new ModelException(ModelFault.Unsupported, "No.") : CpuNetwork.Open(_model, 1, options));
        using var network = opener.Open([Device, ExecutionProvider.Cpu], auto: true);

        Assert.Equal("CUDA did not start (No). Running on CPU.", network.Notice);
    }

    [Fact]
    public void A_model_that_only_the_device_runs_is_kept_unchecked_with_a_notice()
    {
        var opener = new StandIn(_model, SelfCheck.Auto, (provider, options) =>
            provider == Device ? CpuNetwork.Open(_model, 1, options) : throw new ModelException(ModelFault.Unsupported, "The CPU has no such operator."));
        using var network = opener.Open([Device], auto: false);

        Assert.Equal(ExplainStrategy.Nodes, network.Strategy);
        Assert.Contains("is not self-checked, because the CPU cannot run the model: The CPU has no such operator.", network.Notice);
    }

    [Fact]
    public void The_command_line_turns_it_on_and_off()
    {
        var photo = Repository.File("media", "photos", "chelsea.png");
        foreach (var choice in (string[])["on", "off", "auto"])
        {
            var result = Cli.Cli.RunInside("explain", photo, "--self-check", choice, "--provider", "cpu", "--force", "-o", _folder.Path).Succeeded();
            Assert.DoesNotContain("self-check", result.Output + result.Error);
        }
        Assert.Contains("--self-check is one of auto, on, off", Cli.Cli.RunInside("explain", photo, "--self-check", "maybe", "-o", _folder.Path).Error);
    }

    /// <summary>A network where the device is stood in for by the CPU with a model that may be another.</summary>
    Network Open(Model onDevice, Model? model = null, SelfCheck check = SelfCheck.Auto, bool auto = true) =>
        new StandIn(_model, check, (provider, opened) => CpuNetwork.Open(provider == Device ? onDevice : model ?? _model, 1, opened))
            .Open(auto ? [Device, ExecutionProvider.Cpu] : [Device], auto);

    /// <summary>The network with a node that ONNX Runtime takes and that fails in every pass: what is not 0 in an image has no such shape.</summary>
    byte[] Failing() => GeneratedNetworks.Rewrite(_file, node =>
    {
        if (!node.Input.Contains("image"))
            return [node];
        node.Input[0] = "raised";
        return
        [
            new NodeProto { OpType = "NonZero", Input = { "image" }, Output = { "places" } },
            new NodeProto { OpType = "Constant", Output = { "shape" }, Attribute = { OnnxAttribute.Create("value_ints", 7, 7) } },
            new NodeProto { OpType = "Reshape", Input = { "places", "shape" }, Output = { "square" } },
            new NodeProto { OpType = "Cast", Input = { "square" }, Output = { "values" }, Attribute = { OnnxAttribute.Create("to", 1) } },
            new NodeProto { OpType = "ReduceMax", Input = { "values" }, Output = { "most" }, Attribute = { OnnxAttribute.Create("keepdims", 0) } },
            new NodeProto { OpType = "Add", Input = { "image", "most" }, Output = { "raised" } },
            node,
        ];
    });

    static void AssertDegraded(Network network, string fault)
    {
        Assert.Equal(ExplainStrategy.Taps, network.Strategy);
        Assert.StartsWith($"The self-check failed on CUDA: {fault}", network.Notice);
        Assert.Contains("switching the self-check off", network.Notice);
        Assert.EndsWith("Running on the CPU by taps instead.", network.Notice);
    }

    /// <summary>A product whose factors are rounded to eleven binary digits first, as tensor cores do with TF32.</summary>
    static IEnumerable<NodeProto> Rounded(NodeProto node)
    {
        const int Float = 1, Half = 10;
        if (node.OpType is not ("Conv" or "Gemm"))
            return [node];
        var nodes = new List<NodeProto>();
        for (var i = 0; i < 2; i++)
        {
            var stem = $"{node.Output[0]}/{i}";
            nodes.Add(
                new NodeProto { OpType = "Cast", Input = { node.Input[i] }, Output = { $"{stem}/half" }, Attribute = { OnnxAttribute.Create("to", Half) } });
            nodes.Add(new NodeProto { OpType = "Cast", Input = { $"{stem}/half" }, Output = { stem }, Attribute = { OnnxAttribute.Create("to", Float) } });
            node.Input[i] = stem;
        }
        return [.. nodes, node];
    }

    Model Load(byte[] file) => Model.Load(_folder.Write($"{Guid.NewGuid():N}.onnx", file));

    /// <summary>Opens by strategies of a test's own.</summary>
    sealed class StandIn(Model model, SelfCheck check, Func<ExecutionProvider, ExplanationOptions, Network> open)
        : NetworkOpener(model, new NetworkOptions { Explanation = Nodes, SelfCheck = check })
    {
        protected override Network Open(ExecutionProvider provider, ExplanationOptions explanation) => open(provider, explanation);
    }
}
