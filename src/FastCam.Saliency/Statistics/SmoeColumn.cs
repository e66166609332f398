using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>
/// SMOE Scale one pixel at a time in float64: for maps narrower than a vector, and for pixels whose values the vector kernel
/// cannot take.
/// </summary>
static class SmoeColumn
{
    public static void Compute<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, float epsilon, float scale, int start, int count)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        for (var pixel = start; pixel < start + count; pixel++)
        {
            var sums = new Sums(epsilon);
            for (var channel = 0; channel < layout.Channels; channel++) sums.Add(reader.Value(activations[layout.Offset(channel, pixel)]));
            map[pixel] = sums.Finish(layout.Channels, scale);
        }
    }

    struct Sums(double epsilon)
    {
        double _sum, _logarithms;

        public void Add(double activation)
        {
            var x = activation + epsilon;
            _sum += x;
            _logarithms += Math.Log2(x);
        }

        public readonly float Finish(int channels, double scale)
        {
            var mean = _sum / channels;
            var difference = Math.Log2(mean) - _logarithms / channels;
            return difference < SmoeScale.Resolution ? 0 : (float)Math.Min(mean * difference * scale, float.MaxValue);
        }
    }
}
