using System.CommandLine;
using FastCam.Edge.Models;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Onnx.Runtime;

namespace FastCam.Cli.Options;

/// <summary>The options that name a model and where it runs.</summary>
sealed class ModelArguments
{
    readonly Option<string> _model = CommonOptions.Model();
    readonly Option<string?> _manifest = CommonOptions.Manifest();
    readonly Option<string?> _taps = CommonOptions.Taps();
    readonly Option<(int Width, int Height)?> _size = CommonOptions.InputSize();
    readonly Option<string> _provider = CommonOptions.Provider();

    readonly Option<SelfCheck?> _selfCheck = OptionFactory.Named<SelfCheck>(
        "--self-check", "Whether the network is held against the CPU's before it is trusted; auto: where it runs on a device");

    public IEnumerable<Option> All => [_model, _manifest, _taps, _size, _provider, _selfCheck];

    public ModelRequest Read(ParseResult parse) => new(
        parse.GetRequiredValue(_model), parse.GetValue(_manifest), CommonOptions.ModelOptions(parse.GetValue(_taps), parse.GetValue(_size)),
        parse.GetRequiredValue(_provider), parse.GetValue(_selfCheck) ?? SelfCheck.Auto);
}

/// <summary>The model that was asked for, and where it is to run.</summary>
sealed record ModelRequest(string Name, string? Manifest, ModelOptions Options, string Provider, SelfCheck SelfCheck)
{
    /// <summary>Whether the network runs on the processor and not on a device.</summary>
    public bool RunsOnProcessor => ExecutionProvider.Choose(Provider)[0] == ExecutionProvider.Cpu;

    public Model Load() => ModelCatalog.Load(Name, Manifest, Options);

    public Network Open(Model model, ExplanationOptions explanation, int threads = 0) =>
        Network.Open(model, Provider, threads, explanation, selfCheck: SelfCheck);
}
