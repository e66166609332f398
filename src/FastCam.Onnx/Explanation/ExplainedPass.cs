using FastCam.Onnx.ClassMaps;
using FastCam.Onnx.Runtime;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Resampling;

namespace FastCam.Onnx.Explanation;

/// <summary>One explain strategy at work: a network opened for it, the memory of its pass, and how the statistics come out.</summary>
sealed class ExplainedPass : IDisposable
{
    readonly ClassMapper? _classMapper;

    /// <exception cref="ModelException">The network lacks what the options need.</exception>
    public ExplainedPass(Network network, ExplanationOptions options)
    {
        Network = network;
        Slot = network.CreateSlot();
        Statistics = LayerStatistics.Create(network, options);
        _classMapper = options.ClassMap is null ? null : new ClassMapper(network, options);
    }

    public Network Network { get; }

    public NetworkSlot Slot { get; }

    public LayerStatistics Statistics { get; }

    /// <summary>Fills the explanation's class map, where one is asked for.</summary>
    public void MapClass(FrameExplanation explanation) => _classMapper?.Compute(Slot, explanation);

    public void Dispose() => Slot.Dispose();
}

/// <summary>The class map of each pass, from the activations that the network's head is linear in.</summary>
sealed class ClassMapper
{
    readonly IClassGradients _gradients;
    readonly int _export;
    readonly ClassMap _map;
    readonly int? _class;

    /// <param name="network">The network, opened for these options.</param>
    /// <param name="options">The method and the class.</param>
    /// <exception cref="ModelException">The network's end allows no class map.</exception>
    public ClassMapper(Network network, ExplanationOptions options)
    {
        _gradients = network.Model.ClassHead;
        var activation = _gradients.Activation;
        _export = network.ExportOf(activation);
        _map = new ClassMap(options.CreateClassMap(), activation.Channels, new MapSize(activation.Width, activation.Height), network.Model.Input.Size);
        _class = options.Class;
    }

    /// <summary>Fills the explanation's class map; its most probable classes are known already.</summary>
    public void Compute(NetworkSlot slot, FrameExplanation explanation)
    {
        var mapped = _class ?? (explanation.Top.IsEmpty ? -1 : explanation.Top[0].Class);
        explanation.MappedClass = mapped;
        if (mapped < 0)
            return;
        _map.Compute(slot.Export(_export), _gradients.Of(slot, mapped), explanation.ClassMap);
        _map.Layer.CopyTo(explanation.ClassLayer);
    }
}
