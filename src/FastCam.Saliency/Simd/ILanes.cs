namespace FastCam.Saliency.Simd;

/// <summary>
/// Float32 arithmetic on one SIMD width. A kernel written once against this interface is compiled for each width by its
/// type argument, and every member becomes one or two instructions.
/// </summary>
interface ILanes<T> where T : unmanaged, ILanes<T>
{
    /// <summary>True where the machine has registers of this width; elsewhere the width is emulated, slowly.</summary>
    static abstract bool IsHardwareAccelerated { get; }

    static abstract int Count { get; }

    static abstract T Create(float value);

    static abstract T Load(ref readonly float source);

    /// <summary>As many bytes as there are lanes, as numbers: each XOR <paramref name="flip"/>, less <paramref name="zero"/>, at least 0.</summary>
    static abstract T LoadBytes(ref readonly byte source, byte flip, byte zero);

    static abstract void Store(T value, ref float destination);

    static abstract T operator +(T left, T right);

    static abstract T operator -(T left, T right);

    static abstract T operator *(T left, T right);

    static abstract T operator /(T left, T right);

    /// <summary>left · right + addend, fused where the machine can.</summary>
    static abstract T MultiplyAdd(T left, T right, T addend);

    /// <summary>The larger of the two; for a NaN either of them, as the machine pleases.</summary>
    static abstract T Max(T left, T right);

    /// <summary>The smaller of the two; for a NaN either of them, as the machine pleases.</summary>
    static abstract T Min(T left, T right);

    static abstract T Sqrt(T value);

    /// <summary>0 for NaN, the largest float32 of its sign for an infinity, the value for all others.</summary>
    static abstract T Finite(T value);

    /// <summary><paramref name="positive"/> in the lanes where <paramref name="value"/> is above 0, <paramref name="other"/> elsewhere.</summary>
    static abstract T WherePositive(T value, T positive, T other);

    /// <summary>(value − mean) · scale, computed in float64.</summary>
    static abstract T Standardise(T value, double mean, double scale);

    /// <summary>The sums over all lanes of four vectors of value − origin and of its square, computed in float64.</summary>
    static abstract (double Sum, double Squares) SumOffsets(T first, T second, T third, T fourth, double origin);

    /// <summary>The biased exponent field of positive numbers, 0..255, as numbers.</summary>
    static abstract T Exponent(T value);

    /// <summary>The mantissa of positive normal numbers, in [1, 2).</summary>
    static abstract T Mantissa(T value);

    /// <summary>2 to the power of whole numbers, −126..127.</summary>
    static abstract T Scale(T exponent);

    /// <summary>True where every lane of <paramref name="value"/> is below <paramref name="limit"/>, hence no NaN.</summary>
    static abstract bool AllBelow(T value, T limit);

    /// <summary>0 in the lanes where <paramref name="value"/> is below <paramref name="limit"/>, the value in the others.</summary>
    static abstract T ZeroBelow(T value, T limit);

    /// <summary>In each four lanes, the two even ones of the left, then those of the right.</summary>
    static abstract T Even(T left, T right);

    /// <summary>In each four lanes, the two odd ones of the left, then those of the right.</summary>
    static abstract T Odd(T left, T right);

    /// <summary>Four lanes at a time: the even fours of the left, then those of the right. A vector of one four has none.</summary>
    static abstract T EvenFours(T left, T right);

    /// <summary>Four lanes at a time: the odd fours of the left, then those of the right. A vector of one four has none.</summary>
    static abstract T OddFours(T left, T right);

    /// <summary>The values of the <see cref="Count"/> that begin at <paramref name="window"/>, picked by as many indices below <see cref="Count"/>.</summary>
    static abstract T Pick(ref readonly float window, ref readonly int indices);

    /// <summary><see cref="Count"/> bytes, as numbers.</summary>
    static abstract T LoadBytes(ref readonly byte source);

    /// <summary>The sum of all lanes.</summary>
    static abstract float Sum(T value);

    /// <summary>One byte of each of <see cref="Count"/> words, as a number.</summary>
    /// <param name="words">The first word.</param>
    /// <param name="index">Which byte, from 0 for the lowest to 3.</param>
    static abstract T Byte(ref readonly uint words, int index);

    /// <summary>Stores four times <see cref="Count"/> bytes: the whole parts of numbers in [0, 256).</summary>
    static abstract void StoreBytes(T first, T second, T third, T fourth, ref byte destination);
}
