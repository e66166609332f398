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
