using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastCam.Saliency.Simd;

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
