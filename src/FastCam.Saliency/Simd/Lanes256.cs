using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastCam.Saliency.Simd;

/// <summary>8 float32 lanes: AVX2.</summary>
readonly struct Lanes256(Vector256<float> value) : ILanes<Lanes256>
{
    readonly Vector256<float> _value = value;

    Lanes256(Lanes128 lower, Lanes128 upper) : this(Vector256.Create(lower.Value, upper.Value))
    {
    }

    /// <summary>The vector, for a width that is made of two of these.</summary>
    public Vector256<float> Value => _value;

    Lanes128 Lower => new(_value.GetLower());

    Lanes128 Upper => new(_value.GetUpper());

    public static bool IsHardwareAccelerated => Vector256.IsHardwareAccelerated;

    public static int Count => Vector256<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(ref readonly float source) => new(Vector256.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadBytes(ref readonly byte source, byte flip, byte zero)
    {
        var bytes = Lanes128.Above(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(in source)).AsByte(), flip, zero);
        return new(Vector256.ConvertToSingle(Numbers(bytes)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Numbers(Vector128<byte> bytes) => Avx2.IsSupported ? Avx2.ConvertToVector256Int32(bytes) : Widen(Vector128.WidenLower(bytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Widen(Vector128<ushort> numbers) =>
        Vector256.Create(Vector128.WidenLower(numbers), Vector128.WidenUpper(numbers)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes256 value, ref float destination) => value._value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 left, Lanes256 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 left, Lanes256 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 left, Lanes256 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator /(Lanes256 left, Lanes256 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyAdd(Lanes256 left, Lanes256 right, Lanes256 addend) =>
        new(Vector256.MultiplyAddEstimate(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Max(Lanes256 left, Lanes256 right) => new(Vector256.MaxNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Min(Lanes256 left, Lanes256 right) => new(Vector256.MinNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Sqrt(Lanes256 value) => new(Vector256.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Finite(Lanes256 value)
    {
        var numbers = Vector256.ConditionalSelect(Vector256.Equals(value._value, value._value), value._value, Vector256<float>.Zero);
        return new(Vector256.MinNative(Vector256.MaxNative(numbers, Vector256.Create(float.MinValue)), Vector256.Create(float.MaxValue)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 WherePositive(Lanes256 value, Lanes256 positive, Lanes256 other) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(value._value, Vector256<float>.Zero), positive._value, other._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Standardise(Lanes256 value, double mean, double scale)
    {
        var (lower, upper) = Offsets(value, mean);
        return new(Vector256.Narrow(lower * scale, upper * scale));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (double Sum, double Squares) SumOffsets(Lanes256 first, Lanes256 second, Lanes256 third, Lanes256 fourth, double origin)
    {
        var (a, b) = Offsets(first, origin);
        var (c, d) = Offsets(second, origin);
        var (e, f) = Offsets(third, origin);
        var (g, h) = Offsets(fourth, origin);
        return (Vector256.Sum(a + b + (c + d) + (e + f + (g + h))), Vector256.Sum(a * a + b * b + (c * c + d * d) + (e * e + f * f + (g * g + h * h))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector256<double> Lower, Vector256<double> Upper) Offsets(Lanes256 value, double origin) =>
        (Vector256.WidenLower(value._value) - Vector256.Create(origin), Vector256.WidenUpper(value._value) - Vector256.Create(origin));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Exponent(Lanes256 value) => new(Vector256.ConvertToSingle(value._value.AsInt32() >>> 23));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Mantissa(Lanes256 value) =>
        new(((value._value.AsInt32() & Vector256.Create(0x007FFFFF)) | Vector256.Create(0x3F800000)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Scale(Lanes256 exponent) => new(((Vector256.ConvertToInt32Native(exponent._value) + Vector256.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllBelow(Lanes256 value, Lanes256 limit) => Vector256.LessThanAll(value._value, limit._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ZeroBelow(Lanes256 value, Lanes256 limit) =>
        new(Vector256.AndNot(value._value, Vector256.LessThan(value._value, limit._value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Even(Lanes256 left, Lanes256 right) =>
        Avx.IsSupported
            ? new(Avx.Shuffle(left._value, right._value, 0b10_00_10_00))
            : new(Lanes128.Even(left.Lower, right.Lower), Lanes128.Even(left.Upper, right.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Odd(Lanes256 left, Lanes256 right) =>
        Avx.IsSupported
            ? new(Avx.Shuffle(left._value, right._value, 0b11_01_11_01))
            : new(Lanes128.Odd(left.Lower, right.Lower), Lanes128.Odd(left.Upper, right.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 EvenFours(Lanes256 left, Lanes256 right) => new(left.Lower, right.Lower);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 OddFours(Lanes256 left, Lanes256 right) => new(left.Upper, right.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Pick(ref readonly float window, ref readonly int indices) =>
        new(Vector256.ShuffleNative(Vector256.LoadUnsafe(in window), Vector256.LoadUnsafe(in indices)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadBytes(ref readonly byte source)
    {
        var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(in source)).AsByte();
        return new(Vector256.ConvertToSingle(Numbers(bytes)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes256 value) => Vector256.Sum(value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Byte(ref readonly uint words, int index) =>
        new(Vector256.ConvertToSingle(((Vector256.LoadUnsafe(in words) >>> (8 * index)) & Vector256.Create(0xFFu)).AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Lanes256 first, Lanes256 second, Lanes256 third, Lanes256 fourth, ref byte destination) =>
        Vector256.Narrow(Vector256.Narrow(Whole(first), Whole(second)), Vector256.Narrow(Whole(third), Whole(fourth))).StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<uint> Whole(Lanes256 value) => Vector256.ConvertToInt32Native(value._value).AsUInt32();
}
