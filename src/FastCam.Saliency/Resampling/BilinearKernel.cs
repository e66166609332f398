using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Resampling;

/// <summary>
/// The arithmetic of <see cref="BilinearRows"/> on one SIMD width. Rows lie between the two source rows around them: from + (to −
/// from) · fraction.
/// </summary>
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

    /// <summary>target = min(sum of the rows, ceiling), four vectors at a time.</summary>
    public static unsafe void Combine(ReadOnlySpan<RowMix> rows, float ceiling, Span<float> target)
    {
        var most = T.Create(ceiling);
        var whole = target.Length - target.Length % (4 * T.Count);
        ref var first = ref MemoryMarshal.GetReference(target);
        for (var i = 0; i < whole; i += 4 * T.Count)
        {
            T a = T.Create(0), b = a, c = a, d = a;
            foreach (ref readonly var row in rows)
            {
                var above = (float*)row.Above + i;
                var below = (float*)row.Below + i;
                var (aboveShare, belowShare) = (T.Create(row.AboveShare), T.Create(row.BelowShare));
                a = Add(a, above, below, aboveShare, belowShare);
                b = Add(b, above + T.Count, below + T.Count, aboveShare, belowShare);
                c = Add(c, above + 2 * T.Count, below + 2 * T.Count, aboveShare, belowShare);
                d = Add(d, above + 3 * T.Count, below + 3 * T.Count, aboveShare, belowShare);
            }
            ref var at = ref Unsafe.Add(ref first, i);
            Prefetch.NextPage(ref at, 4 * T.Count);
            T.Store(T.Min(a, most), ref at);
            T.Store(T.Min(b, most), ref Unsafe.Add(ref at, T.Count));
            T.Store(T.Min(c, most), ref Unsafe.Add(ref at, 2 * T.Count));
            T.Store(T.Min(d, most), ref Unsafe.Add(ref at, 3 * T.Count));
        }
        if (whole < target.Length)
            CombineTail(rows, most, target, whole);
    }

    static unsafe void CombineTail(ReadOnlySpan<RowMix> rows, T ceiling, Span<float> target, int start)
    {
        for (var i = start; i < target.Length; i += T.Count)
        {
            var sum = T.Create(0);
            foreach (ref readonly var row in rows)
                sum = Add(sum, (float*)row.Above + i, (float*)row.Below + i, T.Create(row.AboveShare), T.Create(row.BelowShare));
            MapLanes<T>.Store(T.Min(sum, ceiling), target, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe T Add(T sum, float* above, float* below, T aboveShare, T belowShare) =>
        T.MultiplyAdd(T.Load(in *below), belowShare, T.MultiplyAdd(T.Load(in *above), aboveShare, sum));

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
    static T Between(ReadOnlySpan<float> above, ReadOnlySpan<float> below, T fraction, int index) => Between(
        T.Load(in Unsafe.Add(ref MemoryMarshal.GetReference(above), index)),
        T.Load(in Unsafe.Add(ref MemoryMarshal.GetReference(below), index)),
        fraction);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Between(T above, T below, T fraction) => T.MultiplyAdd(below - above, fraction, above);
}

/// <summary>A target row's share of a map: above · <paramref name="AboveShare"/> + below · <paramref name="BelowShare"/>.</summary>
/// <param name="Above">The stretched source row above it, readable to a multiple of every vector's length.</param>
/// <param name="Below">The one below it, likewise.</param>
/// <param name="AboveShare">The larger, the nearer the target row lies to the one above; the two add up to the map's weight.</param>
/// <param name="BelowShare">That of the one below.</param>
readonly record struct RowMix(nint Above, nint Below, float AboveShare, float BelowShare);
