using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastCam.Saliency.Simd;

/// <summary>
/// Blending in 8-bit fixed point: a share of the frame's sample is kept, and what comes in its place is a colour that has the
/// rest, or where each sample has a share of its own an addend, already multiplied by it, that carries the half that rounds.
/// </summary>
static class Blending
{
    public const int One = 256;

    /// <summary>What rounds a sum to the nearest sample.</summary>
    public const int Half = One / 2;

    public static int Share(double opacity) => (int)Math.Round(opacity * One);

    public static ushort Addend(double sample, int share) => (ushort)Math.Round(sample * share + Half);

    /// <summary>destination = (source · keep + colours · weight) / 256, rounded; keep and weight are 0 to 256 and so is their sum.</summary>
    /// <param name="source">The frame's samples.</param>
    /// <param name="keep">Their weight.</param>
    /// <param name="colours">At least as many.</param>
    /// <param name="weight">Their weight.</param>
    /// <param name="destination">At least as many; it may be the source.</param>
    public static void Mix(ReadOnlySpan<byte> source, int keep, ReadOnlySpan<byte> colours, int weight, Span<byte> destination)
    {
        if (Vector512.IsHardwareAccelerated && source.Length >= Bytes512.Count)
        {
            Mix<Bytes512>(source, (ushort)keep, colours, (ushort)weight, destination);
        }
        else if (Vector256.IsHardwareAccelerated && source.Length >= Bytes256.Count)
        {
            Mix<Bytes256>(source, (ushort)keep, colours, (ushort)weight, destination);
        }
        else if (Vector128.IsHardwareAccelerated && source.Length >= Bytes128.Count)
        {
            Mix<Bytes128>(source, (ushort)keep, colours, (ushort)weight, destination);
        }
        else
        {
            for (var i = 0; i < source.Length; i++)
                destination[i] = (byte)((source[i] * keep + colours[i] * weight + Half) >> 8);
        }
    }

    static void Mix<T>(ReadOnlySpan<byte> source, ushort keep, ReadOnlySpan<byte> colours, ushort weight, Span<byte> destination)
        where T : unmanaged, IByteLanes<T>
    {
        ref var frame = ref MemoryMarshal.GetReference(source);
        ref var colour = ref MemoryMarshal.GetReference(colours[..source.Length]);
        ref var target = ref MemoryMarshal.GetReference(destination[..source.Length]);
        // The last vector overlaps the one before, which in place has overwritten what it reads: it is mixed before all others.
        var last = source.Length - T.Count;
        var end = T.Mix(T.Load(in Unsafe.Add(ref frame, last)), keep, T.Load(in Unsafe.Add(ref colour, last)), weight);
        for (var i = 0; i < last; i += T.Count)
            T.Store(T.Mix(T.Load(in Unsafe.Add(ref frame, i)), keep, T.Load(in Unsafe.Add(ref colour, i)), weight), ref Unsafe.Add(ref target, i));
        T.Store(end, ref Unsafe.Add(ref target, last));
    }

    /// <summary>destination = (source · keep + addend) / 256, with a share to keep for each sample.</summary>
    public static void Mix(ReadOnlySpan<byte> source, ReadOnlySpan<ushort> keeps, ReadOnlySpan<ushort> addends, Span<byte> destination)
    {
        var half = Vector<ushort>.Count;
        var i = 0;
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(source[i..]), out var lower, out var upper);
            lower = (lower * new Vector<ushort>(keeps[i..]) + new Vector<ushort>(addends[i..])) >>> 8;
            upper = (upper * new Vector<ushort>(keeps[(i + half)..]) + new Vector<ushort>(addends[(i + half)..])) >>> 8;
            Vector.Narrow(lower, upper).CopyTo(destination[i..]);
        }

        for (; i < source.Length; i++)
            destination[i] = (byte)((source[i] * keeps[i] + addends[i]) >> 8);
    }
}

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
