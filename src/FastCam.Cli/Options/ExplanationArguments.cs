using System.CommandLine;
using FastCam.Edge;
using FastCam.Edge.Pipeline;
using FastCam.Edge.Streams;
using FastCam.Onnx.Input;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Operator;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Statistics;

namespace FastCam.Cli.Options;

/// <summary>The options that say how the maps are made.</summary>
sealed class ExplanationArguments
{
    static readonly StreamConfig Defaults = StreamConfig.Defaults;

    readonly bool _overTime;
    readonly StatisticArguments _statistics;
    readonly Option<string> _explainBy;
    readonly Option<string> _normalise;
    readonly Option<float> _halfLife =
        OptionFactory.Number("--half-life", "The half-life of gauss-running, in seconds", (float)Defaults.HalfLife!.Value, Ranges.HalfLife);
    readonly Option<string> _weights = CommonOptions.Weights();
    readonly Option<int> _fade =
        OptionFactory.Count(
            "--fade", "Fade this many of the outermost cells of each layer's map, which zero padding makes salient", Defaults.Fade!.Value,
            (int)Ranges.Fade.Least, (int)Ranges.Fade.Most);
    readonly Option<float> _smooth =
        OptionFactory.Number("--smooth", "Average the maps over time with this half-life in seconds; 0 is off", (float)Defaults.Smooth!.Value,
            Ranges.Smooth);
    readonly Option<string> _classMap = OptionFactory.OneOf(
        "--class-map",
        "How the views class, fast-cam and non-class are made, for networks that end in global average pooling and a linear layer",
        ClassMapMethod.Names, Defaults.ClassMap!);
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
            [.. overTime ? [StreamConfig.Auto] : (string[])[], .. EnumNames.All<ExplainStrategy>()],
            overTime ? Defaults.ExplainBy! : EnumNames.Format(ExplainStrategy.Taps));
        _normalise = OptionFactory.OneOf(
            "--normalise",
            "How a layer's map is brought to 0..1; gauss-fixed takes the constants of fastcam calibrate"
            + (overTime ? ", gauss-running averages over time" : ""),
            [.. Normalisation.Names.Where(name => overTime || name != Running)], Defaults.Normalise!);
    }

    public IEnumerable<Option> All =>
    [
        .. _statistics.All, _explainBy, _normalise, _weights, _fade, _classMap, _class, .. _overTime ? (Option[])[_halfLife, _smooth] : [],
    ];

    /// <summary>The options that make no sense for a part of an image.</summary>
    public IEnumerable<Option> OfWholeImages => [.. _statistics.OfWholeImages, _explainBy, _normalise, _fade, _classMap, _class];

    /// <exception cref="EdgeException">The statistic does not work with that epsilon.</exception>
    public ExplanationRequest Read(ParseResult parse) => AddTo(new StreamConfig(), parse).Explanation;

    public StreamConfig AddTo(StreamConfig config, ParseResult parse) => _statistics.AddTo(config, parse) with
    {
        // Where frames are not those of one stream, nothing is tried out on them. By way of decimal a float is the number that was typed.
        ExplainBy = _overTime ? parse.Given(_explainBy) : parse.GetRequiredValue(_explainBy),
        Normalise = parse.Given(_normalise),
        HalfLife = _overTime ? (double?)(decimal?)parse.GivenValue(_halfLife) : null,
        Weights = parse.Given(_weights),
        Fade = parse.GivenValue(_fade),
        Smooth = _overTime ? (double?)(decimal?)parse.GivenValue(_smooth) : null,
        ClassMap = parse.Given(_classMap),
        Class = parse.GetValue(_class),
    };
}

/// <summary>The options that affect the raw statistics: what the network sees, and what is computed of each layer.</summary>
sealed class StatisticArguments
{
    static readonly StreamConfig Defaults = StreamConfig.Defaults;

    readonly Option<FitRule?> _fit = CommonOptions.Fit();
    readonly Option<bool?>? _antialias;
    readonly Option<string> _statistic = OptionFactory.OneOf(
        "--statistic", "The statistic of each layer; the truncated normals take the tensor before the activation", Statistic.Names,
        Defaults.Statistic!);
    readonly Option<float> _epsilon = OptionFactory.Number(
        "--epsilon", "What statistics with a logarithm add to every activation; it changes the order of near-ties", Defaults.Epsilon!.Value, Ranges.Epsilon);
    readonly Option<bool> _biased = new("--biased") { Description = "Standard deviations divide by the number of channels, not by one less" };

    /// <param name="ofFrames">Whether the network sees frames as those of a stream; the other commands always antialias.</param>
    public StatisticArguments(bool ofFrames) => _antialias = ofFrames ? CommonOptions.Antialias() : null;

    public IEnumerable<Option> All => [.. OfWholeImages, _statistic, _epsilon, _biased];

    /// <summary>The options that make no sense for a part of an image.</summary>
    public IEnumerable<Option> OfWholeImages => _antialias is null ? [_fit] : [_fit, _antialias];

    /// <exception cref="EdgeException">The statistic does not work with that epsilon.</exception>
    public ExplanationOptions Read(ParseResult parse) =>
        AddTo(new StreamConfig { ExplainBy = EnumNames.Format(ExplainStrategy.Taps) }, parse).Explanation.Options;

    public StreamConfig AddTo(StreamConfig config, ParseResult parse) => config with
    {
        Fit = parse.GetValue(_fit),
        Antialias = _antialias is null ? null : parse.GetValue(_antialias),
        Statistic = parse.Given(_statistic),
        Epsilon = parse.GivenValue(_epsilon),
        Biased = parse.GivenValue(_biased),
    };

    public FitRule? ReadFit(ParseResult parse) => parse.GetValue(_fit);
}
