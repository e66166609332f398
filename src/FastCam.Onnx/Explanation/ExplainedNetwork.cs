using FastCam.Onnx.Heads;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.Strategies;
using FastCam.Saliency.Resampling;

namespace FastCam.Onnx.Explanation;

/// <summary>
/// A model opened to be explained: its session, the explain strategy, which may change while it runs, and the options that all of its maps are made
/// by. Any number of streams may share one, each with an <see cref="Explainer"/> of its own. It counts its owners: the session is closed when all have
/// disposed of it, each once.
/// </summary>
public sealed class ExplainedNetwork : IDisposable
{
    readonly NetworkOptions _options;
    readonly Lock _lock = new();
    readonly TaskCompletionSource _explained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly StrategyTuner? _tuner;
    Network _network;
    int _owners = 1;

    ExplainedNetwork(NetworkOpener opener, NetworkOptions options)
    {
        _options = options;
        _network = opener.Open();
        Notice = _network.Notice;
        _tuner = options.TunesStrategy ? new StrategyTuner(this, opener) : null;
    }

    /// <summary>The model.</summary>
    public Model Model => _network.Model;

    /// <summary>What the maps are made by.</summary>
    public ExplanationOptions Options => _options.Explanation;

    /// <summary>
    /// The network by the strategy that is in use. Where a strategy is looked for it may be another at the next frame, and who keeps this one does not
    /// keep it open.
    /// </summary>
    public Network Network => Volatile.Read(ref _network);

    /// <summary>Where it runs.</summary>
    public ExecutionProvider Provider => Network.Provider;

    /// <summary>Where the layer statistics are computed at present.</summary>
    public ExplainStrategy Strategy => Network.Strategy;

    /// <summary>How its outputs are read.</summary>
    public OutputHead Head => Network.Head;

    /// <summary>What a person should know about the choice of provider and of the explain strategy, if anything.</summary>
    public string? Notice { get; }

    /// <summary>The sizes of the maps that an explanation holds: the layers, finest first, then the class map's own where there is one.</summary>
    public IReadOnlyList<MapSize> MapSizes
    {
        get
        {
            var ends = Options.ClassMap is null ? Model.ScaleEnds : Model.ScaleEnds.Append(Model.ClassHead.Activation);
            return [.. ends.Select(end => new MapSize(end.Width, end.Height))];
        }
    }

    /// <summary>
    /// The strategy that was found while frames were explained, once it is in use; null where none is looked for, and where the network was closed
    /// before.
    /// </summary>
    public Task<StrategyChoice?> Choice => _tuner?.Choice ?? Task.FromResult<StrategyChoice?>(null);

    /// <summary>Whether a quicker strategy is looked for, or was.</summary>
    public bool TunesStrategy => _tuner is not null;

    /// <summary>Ends when the first frame has been explained.</summary>
    internal Task Explained => _explained.Task;

    /// <summary>Opens a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Where and how, and what is to be explained.</param>
    /// <exception cref="ModelException">Unknown or missing provider, ONNX Runtime refuses the model, or the model lacks what the explanation
    /// needs.</exception>
    /// <exception cref="FormatException">The weights do not fit the network.</exception>
    /// <exception cref="ArgumentException">There is no such class.</exception>
    public static ExplainedNetwork Open(Model model, NetworkOptions? options = null)
    {
        options ??= new NetworkOptions();
        options.Explanation.ThrowUnlessFit(model);
        return new ExplainedNetwork(new NetworkOpener(model, options), options);
    }

    /// <summary>Makes one owner more, who disposes of it like the first.</summary>
    public ExplainedNetwork Share()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_owners <= 0, this);
            _owners++;
            return this;
        }
    }

    /// <summary>Makes what explains the frames of one stream; it is an owner until it is disposed.</summary>
    /// <exception cref="ModelException">The model lacks what the options need.</exception>
    public Explainer CreateExplainer() => new(this);

    /// <summary>Makes the buffers for one frame's maps.</summary>
    /// <param name="keepsStatistics">Whether they keep the raw statistics too, which a stream has no use for.</param>
    public FrameExplanation CreateExplanation(bool keepsStatistics = true) => new(Model, Options, keepsStatistics);

    /// <summary>
    /// Gives up one owner's share. The last closes the session, and waits for a search for a quicker strategy to end, which can take as long as a
    /// session takes to open.
    /// </summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (--_owners != 0)
                return;
        }
        _tuner?.Dispose();
        _network.Dispose();
    }

    /// <summary>Makes the memory of a pass by the strategy that is in use.</summary>
    internal ExplainedPass CreatePass()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_owners <= 0, this);
            return new ExplainedPass(_network, Options);
        }
    }

    /// <summary>What this stream's frames are to find out, if nothing else's do already; null where there is nothing to find out.</summary>
    internal StrategyContest? TakeContest() => _tuner?.Contest is { } contest && contest.TryTake() ? contest : null;

    /// <summary>Notes that a frame has been explained.</summary>
    internal void NoteExplained() => _explained.TrySetResult();

    /// <summary>
    /// Lets every stream go on by another network of the same model, each from its next frame on. The one before is closed when nobody uses it.
    /// </summary>
    /// <param name="network">The network; who calls keeps it, and this shares it.</param>
    internal void Replace(Network network)
    {
        lock (_lock)
        {
            var before = _network;
            Volatile.Write(ref _network, network.Share());
            before.Dispose();
        }
    }
}
