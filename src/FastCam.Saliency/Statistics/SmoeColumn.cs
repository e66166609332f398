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
        {
            var sums = new Sums(epsilon);
            for (var channel = 0; channel < channels; channel++) sums.Add(activations[channel * stride + pixel]);
            map[pixel] = sums.Finish(channels);
        }
    }

    /// <summary>The same of a tensor whose channels lie in blocks; see <see cref="SmoeBlockedKernel{T}"/>.</summary>
    public static void ComputeBlocked(ReadOnlySpan<float> activations, int channels, int block, int stride, Span<float> map, float epsilon, int start, int count)
    {
        for (var pixel = start; pixel < start + count; pixel++)
        {
            var sums = new Sums(epsilon);
            for (var channel = 0; channel < channels; channel++) sums.Add(activations[(channel / block * stride + pixel) * block + channel % block]);
            map[pixel] = sums.Finish(channels);
        }
    }

    struct Sums(double epsilon)
    {
        double _sum, _logarithms;

        public void Add(float activation)
        {
            var x = activation > 0 ? Math.Min(activation, float.MaxValue) + epsilon : epsilon;
            _sum += x;
            _logarithms += Math.Log2(x);
        }

        public readonly float Finish(int channels)
        {
            var mean = _sum / channels;
            var difference = Math.Log2(mean) - _logarithms / channels;
            return difference < SmoeScale.Resolution ? 0 : (float)Math.Min(mean * difference, float.MaxValue);
        }
    }
}
