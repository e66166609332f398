using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastCam.Saliency.Simd;

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
