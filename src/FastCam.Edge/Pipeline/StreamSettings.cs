using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;

namespace FastCam.Edge.Pipeline;

/// <summary>Which of the two promises a stream keeps.</summary>
enum Delivery
{
    /// <summary>Pictures never wait for the network: each is shown with the newest map and its age.</summary>
    Live,
    /// <summary>Each frame gets its own map; back-pressure goes to the source.</summary>
    EveryFrame,
}

/// <summary>How one stream is explained and drawn.</summary>
sealed class StreamSettings
{
    volatile FitRule _fit;

    public required Delivery Delivery { get; init; }

    public required ExplanationOptions Explanation { get; init; }

    public required PictureSettings Picture { get; init; }

    /// <summary>How a frame becomes the input; the page may change it while the stream runs.</summary>
    public FitRule Fit
    {
        get => _fit;
        set => _fit = value;
    }
}
