using System.CommandLine;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Saliency.Statistics;

namespace FastCam.Cli.Options;

/// <summary>The options that bear on the raw statistics: what the network sees, and what is computed of each layer.</summary>
sealed class StatisticArguments
{
    static readonly ExplanationOptions Defaults = new();

    readonly Option<FitRule?> _fit = CommonOptions.Fit();
    readonly Option<bool?>? _antialias;
    readonly Option<string> _statistic = OptionFactory.OneOf("--statistic", "The statistic of each layer; the truncated normals take the tensor before the activation", Statistic.Names, Defaults.Statistic);
    readonly Option<float> _epsilon = OptionFactory.Number("--epsilon", "What statistics with a logarithm add to every activation; it changes the order of near-ties", Defaults.Epsilon, 0, 1);
    readonly Option<bool> _biased = new("--biased") { Description = "Standard deviations divide by the number of channels, not by one less" };

    /// <param name="ofFrames">Whether the network sees frames as a stream's are; the other commands always antialias.</param>
    public StatisticArguments(bool ofFrames) => _antialias = ofFrames ? CommonOptions.Antialias() : null;

    public IEnumerable<Option> All => [.. OfWholePictures, _statistic, _epsilon, _biased];

    /// <summary>Those that make no sense for a part of a picture.</summary>
    public IEnumerable<Option> OfWholePictures => _antialias is null ? [_fit] : [_fit, _antialias];

    /// <exception cref="CommandException">The statistic cannot do with that epsilon.</exception>
    public ExplanationOptions Read(ParseResult parse)
    {
        var options = Defaults with
        {
            Antialias = _antialias is null ? null : parse.GetValue(_antialias),
            Statistic = parse.GetRequiredValue(_statistic),
            Epsilon = parse.GetValue(_epsilon),
            Biased = parse.GetValue(_biased),
        };
        try
        {
            options.CreateStatistic();
            return options;
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new CommandException(ExitCode.BadOption, $"--epsilon: {options.Statistic} takes 1e-9 to 1; only shannon and renyi can do with less, which is 0.", e);
        }
    }

    public FitRule? ReadFit(ParseResult parse) => parse.GetValue(_fit);
}
