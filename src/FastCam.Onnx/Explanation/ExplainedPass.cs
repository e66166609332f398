using FastCam.Onnx.Runtime;

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
