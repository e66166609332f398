using FastCam.Saliency.Simd;

namespace FastCam.Saliency.ClassMaps;

/// <summary>Grad-CAM (Selvaraju et al. 2017).</summary>
sealed class GradCam : ClassMapMethod
{
    public override string Name => "grad-cam";

    protected override double Weight(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients)
    {
        double sum = 0;
        foreach (var gradient in gradients)
            sum += gradient;
        return sum / gradients.Length;
    }

    protected override double Weight(ReadOnlySpan<float> activations, double gradient) => gradient;
}

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
            cubes += FiniteFloat.From(activations[i]) * Math.Pow(gradients[i], 3);
        double weight = 0;
        foreach (var gradient in gradients)
            weight += Term(gradient, cubes);
        return weight;
    }

    protected override double Weight(ReadOnlySpan<float> activations, double gradient) =>
        gradient > 0 ? activations.Length * Term(gradient, Math.Pow(gradient, 3) * FiniteFloat.Sum(activations)) : 0;

    static double Term(double gradient, double cubes)
    {
        if (gradient <= 0)
            return 0;
        var square = gradient * gradient;
        return square / (2 * square + cubes + Epsilon) * gradient;
    }
}

/// <summary>XGrad-CAM (Fu et al. 2020).</summary>
sealed class XGradCam : ClassMapMethod
{
    const double Epsilon = 1e-6;

    public override string Name => "xgrad-cam";

    protected override double Weight(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients)
    {
        double products = 0;
        for (var i = 0; i < gradients.Length; i++)
            products += gradients[i] * (double)FiniteFloat.From(activations[i]);
        return products / (FiniteFloat.Sum(activations) + Epsilon);
    }

    protected override double Weight(ReadOnlySpan<float> activations, double gradient)
    {
        var sum = FiniteFloat.Sum(activations);
        return gradient * sum / (sum + Epsilon);
    }
}
