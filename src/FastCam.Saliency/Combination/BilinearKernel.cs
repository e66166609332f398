using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCam.Saliency;

/// <summary>The arithmetic of <see cref="BilinearRows"/> on one SIMD width. Rows are from + (to − from) · fraction of the two source rows around them.</summary>
static class BilinearKernel<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Stretches a source row, a vector of targets from the vector of source values that begins at its first.</summary>
    /// <param name="row">The source row, its last value repeated, and readable a vector beyond that.</param>
    /// <param name="firsts">For each vector of targets, the source value before its first.</param>
    /// <param name="picks">For each target, how far from there the source value before it lies; below the lanes.</param>
    /// <param name="fractions">For each target, how far it lies towards the next source value.</param>
    /// <param name="stretched">As many targets, a multiple of the lanes.</param>
    public static void Stretch(ReadOnlySpan<float> row, ReadOnlySpan<int> firsts, ReadOnlySpan<int> picks, ReadOnlySpan<float> fractions, Span<float> stretched)
    {
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var pick = ref MemoryMarshal.GetReference(picks[..stretched.Length]);
        ref var fraction = ref MemoryMarshal.GetReference(fractions[..stretched.Length]);
        ref var target = ref MemoryMarshal.GetReference(stretched);
        for (var i = 0; i < firsts.Length; i++)
        {
            var at = i * T.Count;
            ref var window = ref Unsafe.Add(ref source, firsts[i]);
            ref var indices = ref Unsafe.Add(ref pick, at);
            var from = T.Pick(in window, in indices);
            var to = T.Pick(in Unsafe.Add(ref window, 1), in indices);
            T.Store(T.MultiplyAdd(to - from, T.Load(in Unsafe.Add(ref fraction, at)), from), ref Unsafe.Add(ref target, at));
        }
    }

    /// <summary>The target row itself; at least as long as the lanes.</summary>
    public static void Row(ReadOnlySpan<float> above, ReadOnlySpan<float> below, float fraction, Span<float> target)
    {
        var share = T.Create(fraction);
        ref var first = ref MemoryMarshal.GetReference(target);
        // The last vector is moved back to end with the row, over values that it computes again.
        var last = target.Length - T.Count;
        for (var i = 0; i < target.Length; i += T.Count)
        {
            var at = Math.Min(i, last);
            T.Store(Between(above, below, share, at), ref Unsafe.Add(ref first, at));
        }
    }

    /// <summary>target = min(target + weight · row, ceiling); at least as long as the lanes.</summary>
    public static void Add(ReadOnlySpan<float> above, ReadOnlySpan<float> below, float fraction, float weight, float ceiling, Span<float> target)
    {
        var (share, factor, most) = (T.Create(fraction), T.Create(weight), T.Create(ceiling));
        ref var first = ref MemoryMarshal.GetReference(target);
        // The last vector overlaps the one before, and must not add to what that has added to already.
        var last = target.Length - T.Count;
        var end = T.Min(T.MultiplyAdd(Between(above, below, share, last), factor, T.Load(in Unsafe.Add(ref first, last))), most);
        for (var i = 0; i < last; i += T.Count)
        {
            ref var place = ref Unsafe.Add(ref first, i);
            T.Store(T.Min(T.MultiplyAdd(Between(above, below, share, i), factor, T.Load(in place)), most), ref place);
        }

        T.Store(end, ref Unsafe.Add(ref first, last));
    }

    /// <summary>The whole parts of a row of [0, 256), as bytes; a multiple of four times the lanes.</summary>
    public static void Bytes(ReadOnlySpan<float> above, ReadOnlySpan<float> below, float fraction, Span<byte> target)
    {
        var share = T.Create(fraction);
        ref var first = ref MemoryMarshal.GetReference(target);
        for (var i = 0; i < target.Length; i += 4 * T.Count)
        {
            T.StoreBytes(
                Between(above, below, share, i),
                Between(above, below, share, i + T.Count),
                Between(above, below, share, i + 2 * T.Count),
                Between(above, below, share, i + 3 * T.Count),
                ref Unsafe.Add(ref first, i));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Between(ReadOnlySpan<float> above, ReadOnlySpan<float> below, T fraction, int index)
    {
        var from = T.Load(in Unsafe.Add(ref MemoryMarshal.GetReference(above), index));
        return T.MultiplyAdd(T.Load(in Unsafe.Add(ref MemoryMarshal.GetReference(below), index)) - from, fraction, from);
    }
}
