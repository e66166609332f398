namespace FastCam.Saliency.ClassMaps;

/// <summary>
/// Grad-CAM++ (Chattopadhyay et al. 2018) without its factor exp(score): it is the same for every pixel and channel, so
/// normalising cancels it, and it overflows.
/// </summary>
sealed class GradCamPlusPlus : ClassMapMethod
{
    const double Epsilon = 1e-7;

    public override string Name => "grad-cam++";

    protected override double Weight(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients)
    {
        double cubes = 0;
        for (var i = 0; i < gradients.Length; i++)
            cubes += FiniteValues.Of(activations[i]) * Math.Pow(gradients[i], 3);
        double weight = 0;
        foreach (var gradient in gradients)
            weight += Term(gradient, cubes);
        return weight;
    }

    protected override double Weight(ReadOnlySpan<float> activations, double gradient) =>
        gradient > 0 ? activations.Length * Term(gradient, Math.Pow(gradient, 3) * FiniteValues.Sum(activations)) : 0;

    static double Term(double gradient, double cubes)
    {
        if (gradient <= 0)
            return 0;
        var square = gradient * gradient;
        return square / (2 * square + cubes + Epsilon) * gradient;
    }
}
