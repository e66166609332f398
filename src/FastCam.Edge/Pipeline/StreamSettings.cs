using FastCam.Edge.Overlays;
using FastCam.Onnx.Input;

namespace FastCam.Edge.Pipeline;

/// <summary>Which of the two promises a stream keeps.</summary>
enum Delivery
{
    /// <summary>Frames never wait for the network: each is shown with the newest map and its age.</summary>
    Live,
    /// <summary>Each frame gets its own map; back-pressure holds the source back.</summary>
    EveryFrame,
}

/// <summary>How one stream is delivered, fitted and drawn; its network knows how it is explained.</summary>
sealed class StreamSettings
{
    volatile FitRule _fit;

    /// <summary>The stream's name, which is part of each frame's identity.</summary>
    public string StreamId { get; init; } = "";

    public required Delivery Delivery { get; init; }

    public required OverlaySettings Overlay { get; init; }

    /// <summary>How a frame becomes the input; the page may change it while the stream runs.</summary>
    public FitRule Fit
    {
        get => _fit;
        set => _fit = value;
    }
}

/// <summary>How fast a source that could go faster is taken.</summary>
enum Pace
{
    /// <summary>At the pace of its timestamps.</summary>
    Realtime,
    /// <summary>As fast as the machine can.</summary>
    Max,
}
