using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastCam.Saliency.Simd;

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
