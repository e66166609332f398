using System.Runtime.CompilerServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

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
