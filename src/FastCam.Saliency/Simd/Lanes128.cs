using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace FastCam.Saliency.Simd;

/// <summary>4 float32 lanes: SSE, NEON and WebAssembly.</summary>
readonly struct Lanes128(Vector128<float> value) : ILanes<Lanes128>
{
    readonly Vector128<float> _value = value;

    /// <summary>The vector, for a width that is made of two of these.</summary>
    public Vector128<float> Value => _value;

    public static bool IsHardwareAccelerated => Vector128.IsHardwareAccelerated;

    public static int Count => Vector128<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(ref readonly float source) => new(Vector128.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadBytes(ref readonly byte source, byte flip, byte zero)
    {
        var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(in source)).AsByte();
        return new(Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(Above(bytes, flip, zero))).AsInt32()));
    }

    /// <summary>Each byte XOR <paramref name="flip"/>, less <paramref name="zero"/>, at least 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Above(Vector128<byte> bytes, byte flip, byte zero) =>
        Vector128.SubtractSaturate(bytes ^ Vector128.Create(flip), Vector128.Create(zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128 value, ref float destination) => value._value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 left, Lanes128 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 left, Lanes128 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 left, Lanes128 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 left, Lanes128 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 left, Lanes128 right, Lanes128 addend) =>
        new(Vector128.MultiplyAddEstimate(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 left, Lanes128 right) => new(Vector128.MaxNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Min(Lanes128 left, Lanes128 right) => new(Vector128.MinNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Sqrt(Lanes128 value) => new(Vector128.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Finite(Lanes128 value)
    {
        var numbers = Vector128.ConditionalSelect(Vector128.Equals(value._value, value._value), value._value, Vector128<float>.Zero);
        return new(Vector128.MinNative(Vector128.MaxNative(numbers, Vector128.Create(float.MinValue)), Vector128.Create(float.MaxValue)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 WherePositive(Lanes128 value, Lanes128 positive, Lanes128 other) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(value._value, Vector128<float>.Zero), positive._value, other._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Standardise(Lanes128 value, double mean, double scale)
    {
        var (lower, upper) = Offsets(value, mean);
        return new(Vector128.Narrow(lower * scale, upper * scale));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (double Sum, double Squares) SumOffsets(Lanes128 first, Lanes128 second, Lanes128 third, Lanes128 fourth, double origin)
    {
        var (a, b) = Offsets(first, origin);
        var (c, d) = Offsets(second, origin);
        var (e, f) = Offsets(third, origin);
        var (g, h) = Offsets(fourth, origin);
        return (Vector128.Sum(a + b + (c + d) + (e + f + (g + h))), Vector128.Sum(a * a + b * b + (c * c + d * d) + (e * e + f * f + (g * g + h * h))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector128<double> Lower, Vector128<double> Upper) Offsets(Lanes128 value, double origin) =>
        (Vector128.WidenLower(value._value) - Vector128.Create(origin), Vector128.WidenUpper(value._value) - Vector128.Create(origin));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Exponent(Lanes128 value) => new(Vector128.ConvertToSingle(value._value.AsInt32() >>> 23));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Mantissa(Lanes128 value) =>
        new(((value._value.AsInt32() & Vector128.Create(0x007FFFFF)) | Vector128.Create(0x3F800000)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Scale(Lanes128 exponent) => new(((Vector128.ConvertToInt32Native(exponent._value) + Vector128.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllBelow(Lanes128 value, Lanes128 limit) => Vector128.LessThanAll(value._value, limit._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ZeroBelow(Lanes128 value, Lanes128 limit) =>
        new(Vector128.AndNot(value._value, Vector128.LessThan(value._value, limit._value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Even(Lanes128 left, Lanes128 right) =>
        Sse.IsSupported ? new(Sse.Shuffle(left._value, right._value, 0b10_00_10_00))
        : AdvSimd.Arm64.IsSupported ? new(AdvSimd.Arm64.UnzipEven(left._value, right._value))
        : new(Vector128.Create(left._value[0], left._value[2], right._value[0], right._value[2]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Odd(Lanes128 left, Lanes128 right) =>
        Sse.IsSupported ? new(Sse.Shuffle(left._value, right._value, 0b11_01_11_01))
        : AdvSimd.Arm64.IsSupported ? new(AdvSimd.Arm64.UnzipOdd(left._value, right._value))
        : new(Vector128.Create(left._value[1], left._value[3], right._value[1], right._value[3]));

    public static Lanes128 EvenFours(Lanes128 left, Lanes128 right) => throw new NotSupportedException();

    public static Lanes128 OddFours(Lanes128 left, Lanes128 right) => throw new NotSupportedException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Pick(ref readonly float window, ref readonly int indices) =>
        new(Vector128.ShuffleNative(Vector128.LoadUnsafe(in window), Vector128.LoadUnsafe(in indices)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadBytes(ref readonly byte source)
    {
        var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(in source)).AsByte();
        return new(Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes128 value) => Vector128.Sum(value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Byte(ref readonly uint words, int index) =>
        new(Vector128.ConvertToSingle(((Vector128.LoadUnsafe(in words) >>> (8 * index)) & Vector128.Create(0xFFu)).AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Lanes128 first, Lanes128 second, Lanes128 third, Lanes128 fourth, ref byte destination) =>
        Vector128.Narrow(Vector128.Narrow(Whole(first), Whole(second)), Vector128.Narrow(Whole(third), Whole(fourth))).StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<uint> Whole(Lanes128 value) => Vector128.ConvertToInt32Native(value._value).AsUInt32();
}
