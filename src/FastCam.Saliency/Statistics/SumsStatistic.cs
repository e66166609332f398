using System.Numerics;
using System.Runtime.CompilerServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>A statistic that follows from two float64 sums over the channels of each pixel.</summary>
/// <param name="epsilon">Added to every activation.</param>
abstract class SumsStatistic<TTerms>(float epsilon) : Statistic where TTerms : struct, ITerms
{
    readonly double _epsilon = epsilon;

    public override float Epsilon => epsilon;

    public sealed override void Compute(ReadOnlySpan<float> activations, int channels, Span<float> map)
    {
        ThrowIfUnlike(activations, channels, map);
        for (var start = 0; start < map.Length; start += Vector<float>.Count)
        {
            var (lower, upper) = Sum(activations, map.Length, start);
            var count = Math.Min(Vector<float>.Count, map.Length - start);
            for (var i = 0; i < count; i++)
            {
                ref readonly var sums = ref i < Vector<double>.Count ? ref lower : ref upper;
                var lane = i % Vector<double>.Count;
                map[start + i] = FiniteFloat.From(Finish(sums.A[lane], sums.B[lane], sums.Origin[lane], channels));
            }
        }
    }

    /// <summary>The statistic of one pixel from its sums and their origin.</summary>
    protected abstract double Finish(double a, double b, double origin, int channels);

    (Sums Lower, Sums Upper) Sum(ReadOnlySpan<float> activations, int pixels, int start)
    {
        var (lower, upper) = Load(activations, start, pixels);
        var (first, second) = (new Sums(TTerms.Origin(lower)), new Sums(TTerms.Origin(upper)));
        for (var row = 0; row < activations.Length; row += pixels)
        {
            (lower, upper) = Load(activations, row + start, row + pixels);
            first.Add(lower);
            second.Add(upper);
        }

        return (first, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    (Vector<double> Lower, Vector<double> Upper) Load(ReadOnlySpan<float> activations, int start, int end)
    {
        var values = start + Vector<float>.Count <= end ? new Vector<float>(activations[start..]) : LoadTail(activations[start..end]);
        var numbers = Vector.ConditionalSelect(Vector.Equals(values, values), values, Vector<float>.Zero);
        Vector.Widen(Vector.Clamp(numbers, new Vector<float>(TTerms.Smallest), new Vector<float>(float.MaxValue)), out var lower, out var upper);
        return (lower + new Vector<double>(_epsilon), upper + new Vector<double>(_epsilon));
    }

    static Vector<float> LoadTail(ReadOnlySpan<float> values)
    {
        Span<float> tail = stackalloc float[Vector<float>.Count];
        tail.Clear();
        values.CopyTo(tail);
        return new Vector<float>(tail);
    }

    struct Sums(Vector<double> origin)
    {
        public readonly Vector<double> Origin = origin;

        public Vector<double> A, B;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector<double> x)
        {
            var (a, b) = TTerms.Compute(x, Origin);
            A += a;
            B += b;
        }
    }
}

/// <summary>What a statistic sums up over the channels of each pixel, in float64.</summary>
interface ITerms
{
    /// <summary>Activations below this count as this.</summary>
    static abstract float Smallest { get; }

    /// <summary>Of the first channel: what the terms are taken relative to, so that equal channels give exactly nothing.</summary>
    static abstract Vector<double> Origin(Vector<double> x);

    /// <summary>The two terms that one channel adds.</summary>
    static abstract (Vector<double> A, Vector<double> B) Compute(Vector<double> x, Vector<double> origin);
}
