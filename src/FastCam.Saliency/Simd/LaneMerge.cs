using System.Runtime.CompilerServices;

namespace FastCam.Saliency.Simd;

/// <summary>An associative operation on lanes.</summary>
interface ILaneOperation
{
    static abstract T Apply<T>(T left, T right) where T : unmanaged, ILanes<T>;
}

readonly struct LaneSum : ILaneOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T left, T right) where T : unmanaged, ILanes<T> => left + right;
}

readonly struct LaneProduct : ILaneOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T left, T right) where T : unmanaged, ILanes<T> => left * right;
}

readonly struct LaneMax : ILaneOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T left, T right) where T : unmanaged, ILanes<T> => T.Max(left, right);
}

/// <summary>
/// Merges the lanes of vectors, as many as <typeparamref name="T"/> has lanes, into the lanes of one vector: each lane is all lanes of
/// one of them.
/// </summary>
static class LaneMerge<T, TOperation> where T : unmanaged, ILanes<T> where TOperation : ILaneOperation
{
    /// <summary>Not inlined: a method that does this three times would go beyond what the compiler inlines, and what it then calls is slow.</summary>
    /// <param name="first">The first vector.</param>
    /// <param name="stride">From one vector to the next, in vectors.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Merge(ref readonly T first, int stride)
    {
        ref var vector = ref Unsafe.AsRef(in first);
        return T.Count switch
        {
            4 => Four(ref vector, stride),
            8 => Eight(ref vector, stride),
            _ => Fours(Eight(ref vector, stride), Eight(ref Unsafe.Add(ref vector, 8 * stride), stride)),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Eight(ref T vector, int stride) => Fours(Four(ref vector, stride), Four(ref Unsafe.Add(ref vector, 4 * stride), stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Four(ref T vector, int stride) =>
        Pairs(Pairs(vector, Unsafe.Add(ref vector, stride)), Pairs(Unsafe.Add(ref vector, 2 * stride), Unsafe.Add(ref vector, 3 * stride)));

    /// <summary>In each four lanes, neighbours merged: two of the left, two of the right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Pairs(T left, T right) => TOperation.Apply(T.Even(left, right), T.Odd(left, right));

    /// <summary>Neighbouring fours merged: those of the left, then those of the right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Fours(T left, T right) => TOperation.Apply(T.EvenFours(left, right), T.OddFours(left, right));
}

/// <summary>The end of a map that a vector does not fit in.</summary>
static class LaneTail
{
    /// <summary>Stores as many of the first lanes as the target has room for.</summary>
    public static void Store<T>(T value, Span<float> target) where T : unmanaged, ILanes<T>
    {
        Span<float> values = stackalloc float[T.Count];
        T.Store(value, ref values[0]);
        values[..target.Length].CopyTo(target);
    }
}
