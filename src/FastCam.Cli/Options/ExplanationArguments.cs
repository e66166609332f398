using System.CommandLine;
using FastCam.Edge;
using FastCam.Edge.Pipeline;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Statistics;

namespace FastCam.Cli.Options;

/// <summary>The options that say how the maps are made.</summary>
sealed class ExplanationArguments
{
    /// <summary>The choice by which the strategy is measured and chosen while the stream runs.</summary>
    const string Auto = "auto";

    static readonly ExplanationOptions Defaults = new();

    readonly bool _overTime;
    readonly StatisticArguments _statistics;
    readonly Option<string> _explainBy;
    readonly Option<string> _normalise;
    readonly Option<float> _halfLife =
        OptionFactory.Number("--half-life", "The half-life of gauss-running, in seconds", (float)Defaults.HalfLife.TotalSeconds, 0.01f, 86_400);
    readonly Option<string> _weights = CommonOptions.Weights();
    readonly Option<int> _fade =
        OptionFactory.Count("--fade", "Fade this many of the outermost cells of each layer's map, which zero padding makes salient", 0, 0, 1000);
    readonly Option<float> _smooth =
        OptionFactory.Number("--smooth", "Average the maps over time with this half-life in seconds; 0 is off", 0, 0, 3600);
    readonly Option<string> _classMap = OptionFactory.OneOf(
        "--class-map",
        "How the views class, fast-cam and non-class are made, for networks that end in global average pooling and a linear layer",
        ClassMapMethod.Names, ClassMapMethod.Names[0]);
    readonly Option<string?> _class = new("--class")
    {
        Description = "The class to map, by its index or label; by default the most probable of each frame or image",
    };

    /// <param name="overTime">Whether the frames are those of one stream, so that maps may depend on earlier ones.</param>
    public ExplanationArguments(bool overTime)
    {
        const string Running = "gauss-running";
        _overTime = overTime;
        _statistics = new StatisticArguments(ofFrames: overTime);
        _explainBy = OptionFactory.OneOf(
            "--explain-by",
            "Where the layers' statistics are computed, all to the same maps: taps, after the pass; operator and blocked, within it, while the data is in "
            + $"cache; nodes, for GPUs{(overTime ? "; auto measures the strategies on the first frames and keeps the quickest" : "")}",
            [.. overTime ? [Auto] : (string[])[], .. EnumNames.All<ExplainStrategy>()], overTime ? Auto : EnumNames.Format(ExplainStrategy.Taps));
        _normalise = OptionFactory.OneOf(
            "--normalise",
            "How a layer's map is brought to 0..1; gauss-fixed takes the constants of fastcam calibrate"
            + (overTime ? ", gauss-running averages over time" : ""),
            [.. Normalisation.Names.Where(name => overTime || name != Running)], Defaults.Normalisation);
    }

    public IEnumerable<Option> All =>
    [
        .. _statistics.All, _explainBy, _normalise, _weights, _fade, _classMap, _class, .. _overTime ? (Option[])[_halfLife, _smooth] : [],
    ];

    /// <summary>The options that make no sense for a part of an image.</summary>
    public IEnumerable<Option> OfWholeImages => [.. _statistics.OfWholeImages, _explainBy, _normalise, _fade, _classMap, _class];

    public ExplanationRequest Read(ParseResult parse) => new(
        _statistics.Read(parse) with
        {
            Strategy = EnumNames.Parse<ExplainStrategy>(parse.GetRequiredValue(_explainBy)) ?? ExplainStrategy.Taps,
            Normalisation = parse.GetRequiredValue(_normalise),
            HalfLife = _overTime ? TimeSpan.FromSeconds(parse.GetValue(_halfLife)) : Defaults.HalfLife,
            Weights = parse.GetRequiredValue(_weights),
            Fade = parse.GetValue(_fade),
            Smoothing = _overTime ? TimeSpan.FromSeconds(parse.GetValue(_smooth)) : TimeSpan.Zero,
        },
        parse.GetRequiredValue(_explainBy) == Auto, parse.GetRequiredValue(_classMap), parse.GetValue(_class), _statistics.ReadFit(parse));
}

/// <summary>How the maps are to be made, before the model is known.</summary>
/// <param name="Options">The options of the explanation.</param>
/// <param name="ChoosesStrategy">Whether the explain strategy is chosen while the stream runs.</param>
/// <param name="ClassMap">The method of the class map.</param>
/// <param name="Class">The class to map, by its index or label; null for the most probable.</param>
/// <param name="Fit">How an image or frame becomes the input; null for what the manifest says.</param>
sealed record ExplanationRequest(ExplanationOptions Options, bool ChoosesStrategy, string ClassMap, string? Class, FitRule? Fit)
{
    /// <summary>Returns the options for a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="view">What is drawn.</param>
    /// <param name="offersClassMap">Whether a class map is wanted where the network allows one, whatever is drawn.</param>
    /// <exception cref="CommandException">The weights, the view or the class do not fit the network.</exception>
    /// <exception cref="Onnx.ModelException">The view needs a class map, and the network does not allow one.</exception>
    public ExplanationOptions For(Model model, View view, bool offersClassMap)
    {
        CommonOptions.ResolveWeights(Options.Weights, model.ScaleEnds.Count);
        view.ThrowUnlessShown(model.ScaleEnds.Count);
        var wantsClassMap = view.NeedsClassMap || Class is not null || (offersClassMap && model.NoClassHead is null);
        return wantsClassMap ? Options with { ClassMap = ClassMap, Class = FindClass(model) } : Options;
    }

    int? FindClass(Model model) => Class is null ? null : CommonOptions.FindClass(model.Labels, model.ClassHead.Classes, Class);
}

/// <summary>The options that affect the raw statistics: what the network sees, and what is computed of each layer.</summary>
sealed class StatisticArguments
{
    static readonly ExplanationOptions Defaults = new();

    readonly Option<FitRule?> _fit = CommonOptions.Fit();
    readonly Option<bool?>? _antialias;
    readonly Option<string> _statistic = OptionFactory.OneOf(
        "--statistic", "The statistic of each layer; the truncated normals take the tensor before the activation", Statistic.Names,
        Defaults.Statistic);
    readonly Option<float> _epsilon = OptionFactory.Number(
        "--epsilon", "What statistics with a logarithm add to every activation; it changes the order of near-ties", Defaults.Epsilon, 0, 1);
    readonly Option<bool> _biased = new("--biased") { Description = "Standard deviations divide by the number of channels, not by one less" };

    /// <param name="ofFrames">Whether the network sees frames as those of a stream; the other commands always antialias.</param>
    public StatisticArguments(bool ofFrames) => _antialias = ofFrames ? CommonOptions.Antialias() : null;

    public IEnumerable<Option> All => [.. OfWholeImages, _statistic, _epsilon, _biased];

    /// <summary>The options that make no sense for a part of an image.</summary>
    public IEnumerable<Option> OfWholeImages => _antialias is null ? [_fit] : [_fit, _antialias];

    /// <exception cref="CommandException">The statistic does not work with that epsilon.</exception>
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
            throw new CommandException(
                ExitCode.BadOption, $"--epsilon: {options.Statistic} takes 1e-9 to 1; only shannon and renyi can do with less, which is 0.", e);
        }
    }

    public FitRule? ReadFit(ParseResult parse) => parse.GetValue(_fit);
}
