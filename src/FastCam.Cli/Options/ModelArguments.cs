using System.CommandLine;
using FastCam.Edge.Models;
using FastCam.Edge.Streams;
using FastCam.Onnx.Strategies;

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

    public ModelRequest Read(ParseResult parse) => AddTo(new StreamConfig(), parse).ModelRequest;

    public StreamConfig AddTo(StreamConfig config, ParseResult parse) => config with
    {
        Model = parse.Given(_model),
        Manifest = parse.GetValue(_manifest),
        Taps = CommonOptions.ParseTaps(parse.GetValue(_taps)),
        InputSize = parse.GetValue(_size) is { } size ? new InputSides(size.Width, size.Height) : null,
        Provider = parse.Given(_provider),
        SelfCheck = parse.GetValue(_selfCheck),
    };
}
