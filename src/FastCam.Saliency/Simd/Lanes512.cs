using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastCam.Saliency.Simd;

/// <summary>16 float32 lanes: AVX-512.</summary>
readonly struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    readonly Vector512<float> _value = value;

    Lanes512(Lanes256 lower, Lanes256 upper) : this(Vector512.Create(lower.Value, upper.Value))
    {
    }

    Lanes256 Lower => new(_value.GetLower());

    Lanes256 Upper => new(_value.GetUpper());

    public static bool IsHardwareAccelerated => Vector512.IsHardwareAccelerated;

    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(ref readonly float source) => new(Vector512.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadBytes(ref readonly byte source, byte flip, byte zero)
    {
        var bytes = Lanes128.Above(Vector128.LoadUnsafe(in source), flip, zero);
        return new(Vector512.ConvertToSingle(Numbers(bytes)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> Numbers(Vector128<byte> bytes) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector512Int32(bytes)
        : Vector512.Create(Lanes256.Widen(Vector128.WidenLower(bytes)), Lanes256.Widen(Vector128.WidenUpper(bytes)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512 value, ref float destination) => value._value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 left, Lanes512 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 left, Lanes512 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 left, Lanes512 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator /(Lanes512 left, Lanes512 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 left, Lanes512 right, Lanes512 addend) =>
        new(Vector512.MultiplyAddEstimate(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Max(Lanes512 left, Lanes512 right) => new(Vector512.MaxNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Min(Lanes512 left, Lanes512 right) => new(Vector512.MinNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Sqrt(Lanes512 value) => new(Vector512.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Finite(Lanes512 value)
    {
        var numbers = Vector512.ConditionalSelect(Vector512.Equals(value._value, value._value), value._value, Vector512<float>.Zero);
        return new(Vector512.MinNative(Vector512.MaxNative(numbers, Vector512.Create(float.MinValue)), Vector512.Create(float.MaxValue)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 WherePositive(Lanes512 value, Lanes512 positive, Lanes512 other) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(value._value, Vector512<float>.Zero), positive._value, other._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Standardise(Lanes512 value, double mean, double scale)
    {
        var (lower, upper) = Offsets(value, mean);
        return new(Vector512.Narrow(lower * scale, upper * scale));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (double Sum, double Squares) SumOffsets(Lanes512 first, Lanes512 second, Lanes512 third, Lanes512 fourth, double origin)
    {
        var (a, b) = Offsets(first, origin);
        var (c, d) = Offsets(second, origin);
        var (e, f) = Offsets(third, origin);
        var (g, h) = Offsets(fourth, origin);
        return (Vector512.Sum(a + b + (c + d) + (e + f + (g + h))), Vector512.Sum(a * a + b * b + (c * c + d * d) + (e * e + f * f + (g * g + h * h))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector512<double> Lower, Vector512<double> Upper) Offsets(Lanes512 value, double origin) =>
        (Vector512.WidenLower(value._value) - Vector512.Create(origin), Vector512.WidenUpper(value._value) - Vector512.Create(origin));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Exponent(Lanes512 value) => new(Vector512.ConvertToSingle(value._value.AsInt32() >>> 23));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Mantissa(Lanes512 value) =>
        new(((value._value.AsInt32() & Vector512.Create(0x007FFFFF)) | Vector512.Create(0x3F800000)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Scale(Lanes512 exponent) => new(((Vector512.ConvertToInt32Native(exponent._value) + Vector512.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllBelow(Lanes512 value, Lanes512 limit) => Vector512.LessThanAll(value._value, limit._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ZeroBelow(Lanes512 value, Lanes512 limit) =>
        new(Vector512.AndNot(value._value, Vector512.LessThan(value._value, limit._value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Even(Lanes512 left, Lanes512 right) =>
        Avx512F.IsSupported
            ? new(Avx512F.Shuffle(left._value, right._value, 0b10_00_10_00))
            : new(Lanes256.Even(left.Lower, right.Lower), Lanes256.Even(left.Upper, right.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Odd(Lanes512 left, Lanes512 right) =>
        Avx512F.IsSupported
            ? new(Avx512F.Shuffle(left._value, right._value, 0b11_01_11_01))
            : new(Lanes256.Odd(left.Lower, right.Lower), Lanes256.Odd(left.Upper, right.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 EvenFours(Lanes512 left, Lanes512 right) =>
        Avx512F.IsSupported
            ? new(Avx512F.Shuffle4x128(left._value, right._value, 0b10_00_10_00))
            : new(Lanes256.EvenFours(left.Lower, left.Upper), Lanes256.EvenFours(right.Lower, right.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 OddFours(Lanes512 left, Lanes512 right) =>
        Avx512F.IsSupported
            ? new(Avx512F.Shuffle4x128(left._value, right._value, 0b11_01_11_01))
            : new(Lanes256.OddFours(left.Lower, left.Upper), Lanes256.OddFours(right.Lower, right.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Pick(ref readonly float window, ref readonly int indices) =>
        new(Vector512.ShuffleNative(Vector512.LoadUnsafe(in window), Vector512.LoadUnsafe(in indices)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadBytes(ref readonly byte source)
    {
        var bytes = Vector128.LoadUnsafe(in source);
        return new(Vector512.ConvertToSingle(Numbers(bytes)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes512 value) => Vector512.Sum(value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Byte(ref readonly uint words, int index) =>
        new(Vector512.ConvertToSingle(((Vector512.LoadUnsafe(in words) >>> (8 * index)) & Vector512.Create(0xFFu)).AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Lanes512 first, Lanes512 second, Lanes512 third, Lanes512 fourth, ref byte destination) =>
        Vector512.Narrow(Vector512.Narrow(Whole(first), Whole(second)), Vector512.Narrow(Whole(third), Whole(fourth))).StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<uint> Whole(Lanes512 value) => Vector512.ConvertToInt32Native(value._value).AsUInt32();
}
