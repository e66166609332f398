using System.Numerics;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.ClassMaps;

/// <summary>
/// A class map: where a layer speaks for a class. ReLU(sum over the channels of w · A), upsampled bilinearly, then scaled to
/// 0..1. Holds work buffers: one thread at a time; no call allocates.
/// </summary>
public sealed class ClassMap
{
    readonly ClassMapMethod _method;
    readonly BilinearUpsampler _upsampler;
    readonly float[] _weights;
    readonly float[] _evidence;
    readonly float[] _layer;

    /// <summary>Prepares maps of one layer.</summary>
    /// <param name="method">How the channels are weighted.</param>
    /// <param name="channels">The layer's channels.</param>
    /// <param name="layer">Its size.</param>
    /// <param name="target">The size of the class map.</param>
    /// <exception cref="ArgumentException">There are no channels, or a size has no pixels.</exception>
    public ClassMap(ClassMapMethod method, int channels, MapSize layer, MapSize target)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        _method = method;
        _upsampler = new BilinearUpsampler(layer, target);
        _weights = new float[channels];
        _evidence = new float[layer.Pixels];
        _layer = new float[layer.Pixels];
    }

    /// <summary>The last map before it was upsampled, on the same scale: for whoever upsamples it elsewhere. 0..1.</summary>
    public ReadOnlySpan<float> Layer => _layer;

    /// <summary>Computes the map of a class.</summary>
    /// <param name="activations">Channels × the layer's pixels, channel-major. NaN counts as 0, an infinity as the largest float32 of
    /// its sign.</param>
    /// <param name="gradients">The gradient of the class's score with respect to the activations: as many values, or one a channel
    /// (<see cref="ClassMapMethod.Weights"/>).</param>
    /// <param name="map">The target's pixels: 0..1, 0 everywhere where no pixel speaks for the class, 0.5 everywhere where all
    /// speak for it alike.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public void Compute(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, Span<float> map)
    {
        if (activations.Length != (long)_weights.Length * _evidence.Length)
        {
            throw new ArgumentException(
                $"{activations.Length} activations are not {_weights.Length} channels of {_evidence.Length} pixels.", nameof(activations));
        }
        _method.Weights(activations, gradients, _weights);
        Weigh(activations, _weights, _evidence);
        _upsampler.Resize(_evidence, map);
        var (smallest, largest) = Range(map);
        Scale(map, map, smallest, largest);
        Scale(_evidence, _layer, smallest, largest);
    }

    /// <summary>The map before it is upsampled and scaled: ReLU(sum over the channels of w · A).</summary>
    /// <param name="activations">Channels × pixels, channel-major. NaN counts as 0, an infinity as the largest float32 of its sign.</param>
    /// <param name="weights">One a channel, finite.</param>
    /// <param name="map">One value a pixel, at least 0, at most the largest float32.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static void Weigh(ReadOnlySpan<float> activations, ReadOnlySpan<float> weights, Span<float> map)
    {
        if (activations.Length != (long)weights.Length * map.Length)
            throw new ArgumentException($"{activations.Length} activations are not {weights.Length} channels of {map.Length} pixels.", nameof(activations));
        var i = 0;
        for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            // In float64: weights of both signs nearly cancel in many pixels.
            var lower = Vector<double>.Zero;
            var upper = Vector<double>.Zero;
            for (var channel = 0; channel < weights.Length; channel++)
            {
                Vector.Widen(FiniteFloat.From(new Vector<float>(activations[(channel * map.Length + i)..])), out var low, out var high);
                lower += low * weights[channel];
                upper += high * weights[channel];
            }

            Vector.Clamp(Vector.Narrow(lower, upper), Vector<float>.Zero, new Vector<float>(float.MaxValue)).CopyTo(map[i..]);
        }

        for (; i < map.Length; i++)
        {
            double sum = 0;
            for (var channel = 0; channel < weights.Length; channel++)
                sum += (double)FiniteFloat.From(activations[channel * map.Length + i]) * weights[channel];
            map[i] = (float)Math.Clamp(sum, 0, float.MaxValue);
        }
    }

    static void Scale(ReadOnlySpan<float> map, Span<float> scaled, float smallest, float largest)
    {
        if (smallest == largest)
        {
            scaled.Fill(largest == 0 ? 0 : 0.5f);
            return;
        }

        var range = largest - smallest;
        var i = 0;
        for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Clamp((new Vector<float>(map[i..]) - new Vector<float>(smallest)) / new Vector<float>(range), Vector<float>.Zero, Vector<float>.One)
                .CopyTo(scaled[i..]);
        }
        for (; i < map.Length; i++)
            scaled[i] = Math.Clamp((map[i] - smallest) / range, 0, 1);
    }

    static (float Smallest, float Largest) Range(ReadOnlySpan<float> map)
    {
        var smallest = new Vector<float>(map[0]);
        var largest = smallest;
        var i = 0;
        for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            smallest = Vector.Min(smallest, new Vector<float>(map[i..]));
            largest = Vector.Max(largest, new Vector<float>(map[i..]));
        }

        var range = (Smallest: smallest[0], Largest: largest[0]);
        for (var lane = 1; lane < Vector<float>.Count; lane++)
            range = (Math.Min(range.Smallest, smallest[lane]), Math.Max(range.Largest, largest[lane]));
        for (; i < map.Length; i++)
            range = (Math.Min(range.Smallest, map[i]), Math.Max(range.Largest, map[i]));
        return range;
    }
}
