using FastCam.Onnx.Runtime;
using FastCam.Onnx.Taps;

namespace FastCam.Onnx.ClassMaps;

/// <summary>
/// What a class map needs of a network: the gradient of a class's score with respect to one layer's activations. The score is the
/// class's logit. <see cref="ClassHead"/> knows it in closed form; a backward pass through any network would be another
/// implementation, and nothing that draws class maps would see the difference.
/// </summary>
public interface IClassGradients
{
    /// <summary>The layer; it must be among the network's tapped outputs for a class map to be computed.</summary>
    Tap Activation { get; }

    /// <summary>How many classes there are.</summary>
    int Classes { get; }

    /// <summary>The gradient after a pass.</summary>
    /// <param name="slot">The slot that the pass filled.</param>
    /// <param name="class">0 to <see cref="Classes"/> − 1.</param>
    /// <returns>channels × height × width values as the layer's activations lie, or one a channel where the gradient is the same in
    /// each of its pixels. Valid until the next call.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    ReadOnlySpan<float> Of(NetworkSlot slot, int @class);
}
