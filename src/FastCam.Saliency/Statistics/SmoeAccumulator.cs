using System.Runtime.CompilerServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>What SMOE Scale keeps of each pixel of a vector while the channels go by: the sum, and the product of all values as exponents and one mantissa.</summary>
struct SmoeAccumulator<T> where T : unmanaged, ILanes<T>
{
    public T Total, Sum, Exponents, Product;

    /// <summary>Field by field: a copy of the whole would be stored in smaller pieces than it is then loaded in, and each load would wait for them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Clear()
    {
        Total = T.Create(0);
        Sum = T.Create(0);
        Exponents = T.Create(0);
        Product = T.Create(1);
    }

    /// <summary>One value more.</summary>
    /// <param name="value">What is added to the sum.</param>
    /// <param name="factor">What the product is multiplied by, positive.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T value, T factor)
    {
        Sum += value;
        Exponents += T.Exponent(factor);
        Product *= T.Mantissa(factor);
    }

    /// <summary>Brings the product back to [1, 2) before it can overflow, and the short sum to the long one before it loses digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fold()
    {
        Total += Sum;
        Sum = T.Create(0);
        Exponents += T.Exponent(Product) - T.Create(127);
        Product = T.Mantissa(Product);
    }

    /// <summary>mu · (log2 mu − mean(log2 x')), the integer parts of the logarithms subtracted before they can round.</summary>
    /// <param name="total">The sum of all values.</param>
    /// <param name="exponents">The exponents of all values.</param>
    /// <param name="product">What is left of their product, in [1, 2).</param>
    /// <param name="channels">The channels r.</param>
    /// <param name="extractions">The mantissas that were taken: each brought the exponent's bias of 127 with it.</param>
    /// <param name="epsilon">What was added to every value.</param>
    /// <param name="scale">The result's unit in that of the values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Finish(T total, T exponents, T product, int channels, int extractions, float epsilon, float scale)
    {
        var r = T.Create(channels);
        var oneOverR = T.Create(1f / channels);
        var mean = total * oneOverR + T.Create(epsilon);
        var integer = (T.Exponent(mean) - T.Create(127)) * r - (exponents - T.Create(127f * extractions));
        var fraction = Log2(T.Mantissa(mean)) * r - Log2(product);
        return mean * T.Create(scale) * T.ZeroBelow((integer + fraction) * oneOverR, T.Create(SmoeScale.Resolution));
    }

    /// <summary>log2 of numbers in [1, 2), to within 1.5e-7; of 1 exactly 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Log2(T mantissa)
    {
        var x = mantissa - T.Create(1);
        var p = T.MultiplyAdd(x, T.Create(0.0056704562f), T.Create(-0.034416169f));
        p = T.MultiplyAdd(p, x, T.Create(0.098225482f));
        p = T.MultiplyAdd(p, x, T.Create(-0.18309085f));
        p = T.MultiplyAdd(p, x, T.Create(0.26790586f));
        p = T.MultiplyAdd(p, x, T.Create(-0.35595164f));
        p = T.MultiplyAdd(p, x, T.Create(0.48026839f));
        p = T.MultiplyAdd(p, x, T.Create(-0.72130561f));
        p = T.MultiplyAdd(p, x, T.Create(1.4426941f));
        return p * x;
    }
}

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

/// <summary>Four vectors of channels at once, for one extraction of exponent and mantissa instead of four.</summary>
static class SmoeFour<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Their sum, and the product (a + e)(b + e)(c + e)(d + e), as (a + e)(b + e) = ab + (e(a + b) + e²) and the sum is there already.</summary>
    /// <param name="reader">How elements become activations.</param>
    /// <param name="source">The first.</param>
    /// <param name="step">From one to the next.</param>
    /// <param name="next">From these to the four that are soon to be read.</param>
    /// <param name="eps">What is added to every activation.</param>
    /// <param name="epsSquared">Its square.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Sum, T Product) Load<TElement, TReader>(TReader reader, ref TElement source, nint step, nint next, T eps, T epsSquared)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        if (step == T.Count)
            Prefetch.Line(ref source, next);
        else
            Prefetch.Four(ref source, next, step);
        var a = reader.Load<T>(in source);
        var b = reader.Load<T>(in Unsafe.Add(ref source, step));
        var c = reader.Load<T>(in Unsafe.Add(ref source, 2 * step));
        var d = reader.Load<T>(in Unsafe.Add(ref source, 3 * step));
        var ab = a + b;
        var cd = c + d;
        return (ab + cd, T.MultiplyAdd(a, b, T.MultiplyAdd(ab, eps, epsSquared)) * T.MultiplyAdd(c, d, T.MultiplyAdd(cd, eps, epsSquared)));
    }
}
