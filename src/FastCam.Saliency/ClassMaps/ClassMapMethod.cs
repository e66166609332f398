namespace FastCam.Saliency.ClassMaps;

/// <summary>
/// How much each channel of a layer speaks for a class: one weight a channel, made of the gradient g of the class's score with
/// respect to the layer's activations A. Stateless: any number of threads.
/// </summary>
public abstract class ClassMapMethod
{
    static readonly ClassMapMethod[] All = [new GradCam(), new GradCamPlusPlus(), new XGradCam()];

    /// <summary>The methods there are, the default first.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(method => method.Name)];

    /// <summary>
    /// <c>grad-cam</c>: w = mean(g). <c>grad-cam++</c>: w = sum(alpha · ReLU(g)) with alpha = g² / (2g² + sum(A · g³) + 1e-7).
    /// <c>xgrad-cam</c>: w = sum(g · A) / (sum(A) + 1e-6). Sums and means run over the pixels of one channel.
    /// </summary>
    /// <returns>The method of that name, in upper or lower case; null when there is none.</returns>
    public static ClassMapMethod? Create(string name) => Array.Find(All, method => method.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The name in configurations and on command lines, in lower case.</summary>
    public abstract string Name { get; }

    /// <summary>Computes the weight of every channel. Allocates nothing.</summary>
    /// <param name="activations">Channels × pixels, channel-major: one image of an NCHW tensor. NaN counts as 0, an infinity as the
    /// largest float32 of its sign.</param>
    /// <param name="gradients">As many values in the same order, or one a channel where the gradient is the same in all of its
    /// pixels, as below global average pooling and a linear layer: W[class, channel] / pixels.</param>
    /// <param name="weights">One a channel; 0 where the formula gives no finite float32.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public void Weights(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, Span<float> weights)
    {
        if (weights.IsEmpty || activations.IsEmpty || activations.Length % weights.Length != 0)
            throw new ArgumentException($"{activations.Length} activations are not {weights.Length} channels of equal size.", nameof(activations));
        if (gradients.Length != activations.Length && gradients.Length != weights.Length)
        {
            throw new ArgumentException(
                $"{gradients.Length} gradients are neither one an activation ({activations.Length}) nor one a channel ({weights.Length}).", nameof(gradients));
        }

        var pixels = activations.Length / weights.Length;
        var constant = gradients.Length == weights.Length;
        for (var channel = 0; channel < weights.Length; channel++)
        {
            var values = activations.Slice(channel * pixels, pixels);
            var weight = (float)(constant ? Weight(values, gradients[channel]) : Weight(values, gradients.Slice(channel * pixels, pixels)));
            weights[channel] = float.IsFinite(weight) ? weight : 0;
        }
    }

    /// <summary>The weight of one channel.</summary>
    protected abstract double Weight(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients);

    /// <summary>The same where the gradient does not depend on the pixel.</summary>
    protected abstract double Weight(ReadOnlySpan<float> activations, double gradient);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
