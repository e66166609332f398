namespace FastCam.Saliency;

/// <summary>
/// SMOE Scale one pixel at a time in float64: for maps narrower than a vector, and for pixels whose values the vector kernel
/// cannot take.
/// </summary>
static class SmoeColumn
{
    public static void Compute(ReadOnlySpan<float> activations, int channels, int stride, Span<float> map, float epsilon, int start, int count)
    {
        for (var pixel = start; pixel < start + count; pixel++)
            map[pixel] = Compute(activations[pixel..], channels, stride, epsilon);
    }

    static float Compute(ReadOnlySpan<float> activations, int channels, int stride, double epsilon)
    {
        double sum = 0, logarithms = 0;
        for (var i = 0; i < channels * stride; i += stride)
        {
            var x = activations[i] > 0 ? Math.Min(activations[i], float.MaxValue) + epsilon : epsilon;
            sum += x;
            logarithms += Math.Log2(x);
        }

        var mean = sum / channels;
        var difference = Math.Log2(mean) - logarithms / channels;
        return difference < SmoeScale.Resolution ? 0 : (float)Math.Min(mean * difference, float.MaxValue);
    }
}
