namespace FastCam.Saliency.ClassMaps;

/// <summary>XGrad-CAM (Fu et al. 2020).</summary>
sealed class XGradCam : ClassMapMethod
{
    const double Epsilon = 1e-6;

    public override string Name => "xgrad-cam";

    protected override double Weight(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients)
    {
        double products = 0;
        for (var i = 0; i < gradients.Length; i++)
            products += gradients[i] * (double)FiniteValues.Of(activations[i]);
        return products / (FiniteValues.Sum(activations) + Epsilon);
    }

    protected override double Weight(ReadOnlySpan<float> activations, double gradient)
    {
        var sum = FiniteValues.Sum(activations);
        return gradient * sum / (sum + Epsilon);
    }
}
