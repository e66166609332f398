using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastCam.Saliency.Simd;

/// <summary>The blending of bytes on one SIMD width, as <see cref="ILanes{T}"/> is float32 arithmetic.</summary>
interface IByteLanes<T> where T : unmanaged, IByteLanes<T>
{
    static abstract int Count { get; }

    static abstract T Load(ref readonly byte source);

    static abstract void Store(T value, ref byte destination);

    /// <summary>(left · leftWeight + right · rightWeight) / 256, rounded. The weights are 0 to 256 and so is their sum.</summary>
    static abstract T Mix(T left, ushort leftWeight, T right, ushort rightWeight);
}

/// <summary>16 bytes.</summary>
readonly struct Bytes128(Vector128<byte> value) : IByteLanes<Bytes128>
{
    readonly Vector128<byte> _value = value;

    public static int Count => Vector128<byte>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bytes128 Load(ref readonly byte source) => new(Vector128.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Bytes128 value, ref byte destination) => value._value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bytes128 Mix(Bytes128 left, ushort leftWeight, Bytes128 right, ushort rightWeight)
    {
        var (a, b) = (left._value.AsUInt16(), right._value.AsUInt16());
        var (weightA, weightB, half) = (Vector128.Create(leftWeight), Vector128.Create(rightWeight), Vector128.Create((ushort)Blending.Half));
        var low = Vector128.Create((ushort)0xFF);
        // Even and odd bytes apart stay in their places: no widening, no narrowing.
        var even = ((a & low) * weightA + (b & low) * weightB + half) >>> 8;
        var odd = ((a >>> 8) * weightA + (b >>> 8) * weightB + half) & ~low;
        return new((even | odd).AsByte());
    }
}

/// <summary>32 bytes.</summary>
readonly struct Bytes256(Vector256<byte> value) : IByteLanes<Bytes256>
{
    readonly Vector256<byte> _value = value;

    public static int Count => Vector256<byte>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bytes256 Load(ref readonly byte source) => new(Vector256.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Bytes256 value, ref byte destination) => value._value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bytes256 Mix(Bytes256 left, ushort leftWeight, Bytes256 right, ushort rightWeight)
    {
        var (a, b) = (left._value.AsUInt16(), right._value.AsUInt16());
        var (weightA, weightB, half) = (Vector256.Create(leftWeight), Vector256.Create(rightWeight), Vector256.Create((ushort)Blending.Half));
        var low = Vector256.Create((ushort)0xFF);
        // Even and odd bytes apart stay in their places: no widening, no narrowing.
        var even = ((a & low) * weightA + (b & low) * weightB + half) >>> 8;
        var odd = ((a >>> 8) * weightA + (b >>> 8) * weightB + half) & ~low;
        return new((even | odd).AsByte());
    }
}

/// <summary>64 bytes.</summary>
readonly struct Bytes512(Vector512<byte> value) : IByteLanes<Bytes512>
{
    readonly Vector512<byte> _value = value;

    public static int Count => Vector512<byte>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bytes512 Load(ref readonly byte source) => new(Vector512.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Bytes512 value, ref byte destination) => value._value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bytes512 Mix(Bytes512 left, ushort leftWeight, Bytes512 right, ushort rightWeight)
    {
        var (a, b) = (left._value.AsUInt16(), right._value.AsUInt16());
        var (weightA, weightB, half) = (Vector512.Create(leftWeight), Vector512.Create(rightWeight), Vector512.Create((ushort)Blending.Half));
        var low = Vector512.Create((ushort)0xFF);
        // Even and odd bytes apart stay in their places: no widening, no narrowing.
        var even = ((a & low) * weightA + (b & low) * weightB + half) >>> 8;
        var odd = ((a >>> 8) * weightA + (b >>> 8) * weightB + half) & ~low;
        return new((even | odd).AsByte());
    }
}
