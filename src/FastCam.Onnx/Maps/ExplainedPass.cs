using FastCam.Onnx.ClassMaps;
using FastCam.Onnx.Networks;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Resampling;

namespace FastCam.Onnx.Maps;

/// <summary>One explain strategy at work: a network opened for it, the memory of its pass, and how the statistics come out. One thread at a time.</summary>
sealed class ExplainedPass : IDisposable
{
    readonly ClassMapper? _classMapper;
    int _isDisposed;

    /// <param name="network">The network, opened for these options; the pass keeps it open.</param>
    /// <param name="options">What its maps are made by.</param>
    /// <exception cref="ModelException">The network lacks what the options need.</exception>
    public ExplainedPass(Network network, ExplanationOptions options)
    {
        Statistics = LayerStatistics.Create(network, options.Statistic);
        _classMapper = options.ClassMap is { } method ? new ClassMapper(network, method, options.Class) : null;
        Slot = network.CreateSlot();
        Network = network.Share();
    }

    public Network Network { get; }

    public NetworkSlot Slot { get; }

    public LayerStatistics Statistics { get; }

    /// <summary>Fills the explanation's class map, where one is asked for.</summary>
    public void MapClass(FrameExplanation explanation) => _classMapper?.Compute(Slot, explanation);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
            return;
        Slot.Dispose();
        Network.Dispose();
    }
}

/// <summary>The class map of each pass, from the activations that the network's head is linear in.</summary>
sealed class ClassMapper
{
    readonly ClassHead _head;
    readonly int _export;
    readonly ClassMap _map;
    readonly int? _class;

    /// <param name="network">The network, opened for a class map.</param>
    /// <param name="method">How the channels are weighted.</param>
    /// <param name="class">The class; null for the most probable of each frame.</param>
    /// <exception cref="ModelException">The network's end allows no class map.</exception>
    public ClassMapper(Network network, ClassMapMethod method, int? @class)
    {
        _head = network.Model.ClassHead;
        var activation = _head.Activation;
        _export = network.ExportOf(activation);
        _map = new ClassMap(method, activation.Channels, new MapSize(activation.Width, activation.Height), network.Model.Input.Size);
        _class = @class;
    }

    /// <summary>Fills the explanation's class map; its most probable classes are known already.</summary>
    public void Compute(NetworkSlot slot, FrameExplanation explanation)
    {
        var mapped = _class ?? explanation.Predictions.Best?.Class ?? -1;
        explanation.MappedClass = mapped;
        if (mapped < 0)
            return;
        _map.Compute(slot.Export(_export), _head.GradientOf(mapped), explanation.ClassMap);
        _map.Layer.CopyTo(explanation.ClassLayer);
    }
}
