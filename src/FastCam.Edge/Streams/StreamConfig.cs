using System.Globalization;
using System.Numerics;
using FastCam.Edge.Models;
using FastCam.Edge.Overlays;
using FastCam.Edge.Pipeline;
using FastCam.Edge.Sinks;
using FastCam.Edge.Web;
using FastCam.Onnx.Input;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Strategies;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Overlays;
using FastCam.Saliency.Statistics;
using FastCam.Video;
using FastCam.Video.Network;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Edge.Streams;

/// <summary>
/// What is asked of a stream: a plain record. A member that is null was not asked for, and <see cref="Defaults"/> or the source and the model
/// decide. Times are in seconds. Members are named as the options of <c>fastcam run</c>.
/// </summary>
sealed record StreamConfig
{
    /// <summary>By which the explain strategy is measured and chosen while the stream runs.</summary>
    public const string Auto = "auto";

    /// <summary>What holds where nothing was asked for. What is null here depends on the source, the sinks or the model.</summary>
    public static StreamConfig Defaults { get; } = new()
    {
        Source = "camera:",
        Sinks = ["web://127.0.0.1:8080"],
        Loop = false,
        Force = false,
        Capture = CaptureBackend.Auto,
        Hwaccel = HardwareDecoder.Auto,
        Mirror = false,
        InsecureTls = false,
        StallAfter = 2,
        StartWithin = 10,
        FrozenAfter = 10,
        Model = ModelCatalog.Default,
        Provider = "auto",
        SelfCheck = Onnx.Strategies.SelfCheck.Auto,
        ExplainBy = Auto,
        Statistic = "smoe",
        Epsilon = SmoeScale.DefaultEpsilon,
        Biased = false,
        Normalise = "gauss",
        HalfLife = 10,
        Weights = "prior",
        Fade = 0,
        Smooth = 0,
        ClassMap = ClassMapMethod.Names[0],
        View = "combined",
        Mode = OverlayMode.Colour,
        Legend = false,
        Opacity = 0.6f,
        Colormap = "turbo",
    };

    /// <summary>The stream's name, for machines and people; by default the set of streams gives one.</summary>
    public string? Id { get; init; }

    /// <summary>The URI that frames are read from.</summary>
    public string? Source { get; init; }

    /// <summary>The URIs that packets go to.</summary>
    public IReadOnlyList<string>? Sinks { get; init; }

    /// <summary>Whether to begin anew when the source ends.</summary>
    public bool? Loop { get; init; }

    /// <summary>How fast a source is taken that could go faster; by default realtime for what is live or watched, and for what never ends.</summary>
    public Pace? Pace { get; init; }

    /// <summary>Which promise is kept; by default live where somebody watches or the source cannot wait.</summary>
    public Delivery? Delivery { get; init; }

    /// <summary>Whether files that exist are overwritten.</summary>
    public bool? Force { get; init; }

    /// <summary>What captures live sources.</summary>
    public CaptureBackend? Capture { get; init; }

    /// <summary>The decoder of the GStreamer backend, as a piece of a pipeline.</summary>
    public string? GstDecoder { get; init; }

    /// <summary>The hardware that FFmpeg decodes live sources on.</summary>
    public string? Hwaccel { get; init; }

    /// <summary>Whether frames are turned left to right.</summary>
    public bool? Mirror { get; init; }

    /// <summary>The file of credentials for a source on the network.</summary>
    public string? Login { get; init; }

    /// <summary>The PEM file of the certificates to trust instead of the system's.</summary>
    public string? Ca { get; init; }

    /// <summary>Whether any certificate is accepted.</summary>
    public bool? InsecureTls { get; init; }

    /// <summary>How long no frame may come until a live source is opened anew.</summary>
    public double? StallAfter { get; init; }

    /// <summary>How long the first frame of a connection may take.</summary>
    public double? StartWithin { get; init; }

    /// <summary>How long frames may be the same until that is said.</summary>
    public double? FrozenAfter { get; init; }

    /// <summary>How long no frame may come until a live source is given up; by default never.</summary>
    public double? RetryFor { get; init; }

    /// <summary>An .onnx file, or the name of a bundled model.</summary>
    public string? Model { get; init; }

    /// <summary>The model's manifest; by default the one beside it.</summary>
    public string? Manifest { get; init; }

    /// <summary>The tensors to tap, finest first, instead of those found.</summary>
    public IReadOnlyList<string>? Taps { get; init; }

    /// <summary>The input's columns and rows, for a model that leaves them open.</summary>
    public InputSides? InputSize { get; init; }

    /// <summary>Where the network runs.</summary>
    public string? Provider { get; init; }

    /// <summary>Whether the network is held against the CPU's before it is trusted.</summary>
    public SelfCheck? SelfCheck { get; init; }

    /// <summary>Where the layers' statistics are computed: an explain strategy, or <see cref="Auto"/>.</summary>
    public string? ExplainBy { get; init; }

    /// <summary>The statistic of each layer.</summary>
    public string? Statistic { get; init; }

    /// <summary>What statistics with a logarithm add to every activation.</summary>
    public float? Epsilon { get; init; }

    /// <summary>Whether standard deviations divide by the number of channels.</summary>
    public bool? Biased { get; init; }

    /// <summary>How a layer's map is brought to 0..1.</summary>
    public string? Normalise { get; init; }

    /// <summary>The half-life of the running normalisation.</summary>
    public double? HalfLife { get; init; }

    /// <summary>The scales' weights.</summary>
    public string? Weights { get; init; }

    /// <summary>How many of the outermost cells of each map are faded.</summary>
    public int? Fade { get; init; }

    /// <summary>The half-life of the maps' average over time; 0 for none.</summary>
    public double? Smooth { get; init; }

    /// <summary>How a class map is made.</summary>
    public string? ClassMap { get; init; }

    /// <summary>The class to map, by its index or label; by default the most probable of each frame.</summary>
    public string? Class { get; init; }

    /// <summary>How a frame becomes the network's input; by default what the manifest says.</summary>
    public FitRule? Fit { get; init; }

    /// <summary>Whether a reduced frame is antialiased; by default what the manifest says.</summary>
    public bool? Antialias { get; init; }

    /// <summary>What is drawn.</summary>
    public string? View { get; init; }

    /// <summary>How the map lies on the frame.</summary>
    public OverlayMode? Mode { get; init; }

    /// <summary>Whether a legend is drawn.</summary>
    public bool? Legend { get; init; }

    /// <summary>How strongly the map covers the frame.</summary>
    public float? Opacity { get; init; }

    /// <summary>The map's colours.</summary>
    public string? Colormap { get; init; }

    /// <summary>How the source is to be played.</summary>
    /// <exception cref="MediaException">The file of credentials cannot be read.</exception>
    public SourceOptions SourceOptions => new(Loop ?? Defaults.Loop!.Value)
    {
        Mirror = Mirror ?? Defaults.Mirror!.Value,
        Capture = Capture ?? Defaults.Capture!.Value,
        GStreamerDecoder = GstDecoder,
        Acceleration = Hwaccel ?? Defaults.Hwaccel!,
        Login = Login is null ? null : Video.Network.Login.FromFile(Login),
        Tls = new TlsOptions(InsecureTls ?? Defaults.InsecureTls!.Value, Ca),
        Supervision = new Supervision
        {
            StallAfter = TimeSpan.FromSeconds(StallAfter ?? Defaults.StallAfter!.Value),
            StartWithin = TimeSpan.FromSeconds(StartWithin ?? Defaults.StartWithin!.Value),
            FrozenAfter = TimeSpan.FromSeconds(FrozenAfter ?? Defaults.FrozenAfter!.Value),
            RetryFor = RetryFor is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        },
    };

    /// <summary>The model, and where it is to run.</summary>
    public ModelRequest ModelRequest => new(
        Model ?? Defaults.Model!, Manifest, new ModelOptions(Taps, InputSize?.Width, InputSize?.Height), Provider ?? Defaults.Provider!,
        SelfCheck ?? Defaults.SelfCheck!.Value);

    /// <summary>How the maps are made, before the model is known.</summary>
    /// <exception cref="EdgeException">There is no such statistic, normalisation, weighting or class map, or the statistic does not work with that
    /// epsilon.</exception>
    public ExplanationRequest Explanation
    {
        get
        {
            var by = ExplainBy ?? Defaults.ExplainBy!;
            var options = new ExplanationOptions
            {
                Strategy = EnumNames.Parse<ExplainStrategy>(by) ?? ExplainStrategy.Taps,
                Antialias = Antialias,
                Statistic = ParseStatistic(),
                Normalisation = Parse("normalise", () => NormalisationMethod.Parse(Normalise ?? Defaults.Normalise!)) with
                {
                    HalfLife = TimeSpan.FromSeconds(HalfLife ?? Defaults.HalfLife!.Value),
                },
                Weights = Parse("weights", () => ScaleWeights.Parse(Weights ?? Defaults.Weights!)),
                Fade = Fade ?? Defaults.Fade!.Value,
                Smoothing = TimeSpan.FromSeconds(Smooth ?? Defaults.Smooth!.Value),
            };
            var map = ClassMap ?? Defaults.ClassMap!;
            var method = ClassMapMethod.Create(map) ?? throw Unknown("class-map", map, ClassMapMethod.Names);
            return new ExplanationRequest(options, by == Auto, method, Class, Fit);
        }
    }

    /// <summary>What is drawn and how.</summary>
    /// <exception cref="FormatException">There is no such view.</exception>
    public OverlaySettings Overlay => new(
        Overlays.View.Parse(View ?? Defaults.View!), Mode ?? Defaults.Mode!.Value, Legend ?? Defaults.Legend!.Value, Opacity ?? Defaults.Opacity!.Value,
        ColourMap.Find(Colormap ?? Defaults.Colormap!) ?? throw new FormatException($"there is no colour map {Colormap}."));

    /// <summary>
    /// Returns every fault that can be seen without the source, the model and the machine: what they refuse is said when they are opened.
    /// </summary>
    public IReadOnlyList<ConfigFault> Validate()
    {
        var faults = new List<ConfigFault>();
        Try("source", () => SourceUri.Parse(Source ?? Defaults.Source!));
        var sinks = new List<SinkUri>();
        if (Sinks is [])
            Add("sink", "A stream has one sink at the least; null: keeps nothing.");
        foreach (var sink in Sinks ?? Defaults.Sinks!)
            Try("sink", () => sinks.Add(SinkSchemes.Parse(sink)));
        if (sinks.OfType<WebSinkUri>().Count() > 1)
            Add("sink", "One page serves any number of viewers: give one web:// sink.");
        OneOf("hwaccel", Hwaccel, HardwareDecoder.Choices);
        Within("stall-after", StallAfter, Ranges.Patience);
        Within("start-within", StartWithin, Ranges.Patience);
        Within("frozen-after", FrozenAfter, Ranges.Patience);
        Within("retry-for", RetryFor, Ranges.Patience);
        if (InputSize is { } size && (size.Width < 1 || size.Height < 1))
            Add("input-size", $"The input has one column and one row at the least, not {size.Width}x{size.Height}.");
        OneOf("explain-by", ExplainBy, [Auto, .. EnumNames.All<ExplainStrategy>()]);
        OneOf("statistic", Statistic, Saliency.Statistics.Statistic.Names);
        Within("epsilon", Epsilon, Ranges.Epsilon);
        OneOf("normalise", Normalise, Normalisation.Names);
        Try("weights", () => ScaleWeights.Parse(Weights ?? Defaults.Weights!));
        Within("half-life", HalfLife, Ranges.HalfLife);
        Within("fade", Fade, Ranges.Fade);
        Within("smooth", Smooth, Ranges.Smooth);
        OneOf("class-map", ClassMap, ClassMapMethod.Names);
        Try("view", () => Overlays.View.Parse(View ?? Defaults.View!));
        Within("opacity", Opacity, Ranges.Opacity);
        OneOf("colormap", Colormap, [.. ColourMap.All.Select(map => map.Name)]);
        if (!faults.Any(fault => fault.Setting is "statistic" or "epsilon" or "normalise" or "half-life" or "weights" or "smooth" or "class-map"))
            Try("epsilon", () => _ = Explanation);
        if (!faults.Any(fault => fault.Setting is "sink" or "view" or "colormap"))
            Try("view", () => ThrowUnlessDrawn(Overlay, sinks));
        return faults;

        void Add(string setting, string sentence) => faults.Add(new ConfigFault(setting, sentence));

        void Try(string setting, Action check)
        {
            try
            {
                check();
            }
            catch (Exception e) when (e is MediaException or EdgeException or FormatException)
            {
                Add((e as EdgeException)?.Setting ?? setting, e.Message);
            }
        }

        void OneOf(string setting, string? name, IEnumerable<string> names)
        {
            if (name is not null && !names.Contains(name))
                Add(setting, $"There is no {name}; choose one of {string.Join(", ", names)}.");
        }

        void Within<T>(string setting, T? value, (double Least, double Most) range) where T : struct, INumber<T>
        {
            if (value is { } number && !(number >= T.CreateSaturating(range.Least) && number <= T.CreateSaturating(range.Most)))
                Add(setting, string.Create(CultureInfo.InvariantCulture, $"A number from {range.Least} to {range.Most} is wanted, not {number}."));
        }
    }

    /// <exception cref="StreamConfigException">Something is wrong.</exception>
    public void ThrowIfInvalid()
    {
        if (Validate() is { Count: > 0 } faults)
            throw new StreamConfigException(faults);
    }

    Saliency.Statistics.Statistic ParseStatistic()
    {
        var name = Statistic ?? Defaults.Statistic!;
        try
        {
            return Saliency.Statistics.Statistic.Create(name, Epsilon ?? Defaults.Epsilon!.Value, Biased ?? Defaults.Biased!.Value)
                ?? throw Unknown("statistic", name, Saliency.Statistics.Statistic.Names);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new EdgeException(EdgeFault.BadSetting, $"{name} takes 1e-9 to 1; only shannon and renyi can do with less, which is 0.", "epsilon", e);
        }
    }

    static T Parse<T>(string setting, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException e)
        {
            throw new EdgeException(EdgeFault.BadSetting, e.Message, setting, e);
        }
    }

    static EdgeException Unknown(string setting, string name, IEnumerable<string> names) =>
        new(EdgeFault.BadSetting, $"There is no {name}; choose one of {string.Join(", ", names)}.", setting);

    /// <summary>Refuses what only other sinks draw, where the page is the only sink: the page draws by itself, over the frame alone.</summary>
    static void ThrowUnlessDrawn(OverlaySettings overlay, IReadOnlyList<SinkUri> sinks)
    {
        if (sinks.Any(sink => sink is not WebSinkUri))
            return;
        var (setting, only) = overlay.View.Kind == ViewKind.Sheet ? ("view", "The sheet") : ("mode", "A map beside the frame");
        if (overlay.View.Kind == ViewKind.Sheet || overlay.Mode == OverlayMode.SideBySide)
        {
            throw new EdgeException(
                EdgeFault.BadSetting, $"{only} is drawn for files and images, not on the page; add a sink such as file:out.mp4, or leave it out.", setting);
        }
    }
}

/// <summary>The bounds of a stream's numbers, which the command line and <see cref="StreamConfig.Validate"/> share.</summary>
static class Ranges
{
    public static readonly (double Least, double Most) Patience = (0.2, 86_400), Epsilon = (0, 1), HalfLife = (0.01, 86_400), Fade = (0, 1000),
        Smooth = (0, 3600), Opacity = (0, 1);
}

/// <summary>The input's columns and rows.</summary>
readonly record struct InputSides(int Width, int Height);

/// <summary>One thing that is wrong with a <see cref="StreamConfig"/>.</summary>
/// <param name="Setting">The setting, as its option is called without dashes.</param>
/// <param name="Sentence">What is wrong, and what to do.</param>
sealed record ConfigFault(string Setting, string Sentence);

/// <summary>Something is wrong with what is asked of a stream.</summary>
/// <param name="faults">All that is wrong, one or more.</param>
sealed class StreamConfigException(IReadOnlyList<ConfigFault> faults) : Exception(string.Join(" ", faults.Select(fault => fault.Sentence)))
{
    public IReadOnlyList<ConfigFault> Faults { get; } = faults;
}
