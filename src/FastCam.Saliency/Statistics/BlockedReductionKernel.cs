using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCam.Saliency;

/// <summary>A reduction over channels that lie side by side, on one SIMD width: a vector holds channels of one pixel, and the lanes are merged in the end.</summary>
static unsafe class BlockedReductionKernel<T, TReduction>
    where T : unmanaged, ILanes<T>
    where TReduction : unmanaged, IReduction<TReduction, T>
{
    const int CacheLine = 64;

    const int MostPlaces = 16;

    /// <summary>The map of neighbouring pixels.</summary>
    /// <param name="reader">How elements become numbers.</param>
    /// <param name="activations">From the first element of the first of the pixels on.</param>
    /// <param name="layout">Blocks of a multiple of the lanes of <typeparamref name="T"/>, or all channels in one, at least as many as there are lanes.</param>
    /// <param name="map">One value for each of the pixels.</param>
    /// <param name="statistic">What the reduction is of, for pixels that the vectors cannot take.</param>
    /// <param name="divisor">What the statistic divides by, inverted.</param>
    /// <param name="unit">What the reduction's results are counted in.</param>
    [SkipLocalsInit]
    public static void Compute<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LaneStatistic statistic, float divisor, Unit unit)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        var mask = stackalloc float[MostPlaces];
        var walk = BlockedWalk.Through(layout, T.Count, mask);
        var room = stackalloc byte[T.Count * sizeof(TReduction) + CacheLine];
        var aligned = ((nuint)room + CacheLine - 1) & ~(nuint)(CacheLine - 1);
        var accumulators = new Span<TReduction>((void*)aligned, T.Count);
        var counts = T.Create(walk.Walks * walk.Steps);
        for (var place = 0; walk.Rest >= 0 && place < walk.Walks * T.Count; place += T.Count) counts += T.Load(in mask[place]);
        for (var start = 0; start < map.Length; start += T.Count)
        {
            var count = Math.Min(T.Count, map.Length - start);
            // Lanes without a pixel take the last one's, and are not stored.
            for (var i = 0; i < T.Count; i++)
                accumulators[i] = Accumulate(reader, activations[((start + Math.Min(i, count - 1)) * layout.Pixel)..], walk, mask);
            var merged = TReduction.Merge(accumulators, counts, 1f / layout.Channels);
            var value = T.MultiplyAdd(merged.Finish(T.Create(divisor)), T.Create(unit.Scale), T.Create(unit.Offset));
            if (!T.AllBelow(merged.Check, T.Create(1)))
                statistic.ComputeColumns(reader, activations, layout, map, start, count, unit);
            else if (count == T.Count)
                T.Store(value, ref map[start]);
            else
                LaneTail.Store(value, map.Slice(start, count));
        }
    }

    static TReduction Accumulate<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, BlockedWalk walk, float* mask)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        var state = TReduction.Start;
        var seen = 0;
        var seenWhere = T.Create(0);
        for (var place = 0; place < walk.Walks * T.Count; place += T.Count)
        {
            ref var first = ref Unsafe.Add(ref MemoryMarshal.GetReference(activations), place);
            ref var source = ref first;
            var left = walk.Steps;
            for (; left >= 8; left -= 8, seen += 8, source = ref Unsafe.Add(ref source, 8 * walk.Step))
                state.AddEight(Eight<T>.Load(reader, ref source, walk.Step), T.Create(seen), T.Create(8f / (seen + 8)));
            for (; left > 0; left--, seen++, source = ref Unsafe.Add(ref source, walk.Step))
                state.Add(reader.Load<T>(in source), T.Create(seen), T.Create(1f / (seen + 1)));
        }

        // The lanes that are only partly there come last, when all others have seen equally many.
        for (var place = 0; walk.Rest >= 0 && place < walk.Walks * T.Count; place += T.Count)
        {
            var mine = T.Load(in mask[place]);
            var before = T.Create(seen) + seenWhere;
            state.AddWhere(reader.Load<T>(in Unsafe.Add(ref MemoryMarshal.GetReference(activations), place + walk.Rest)), mine, before, T.Create(1) / (before + T.Create(1)));
            seenWhere += mine;
        }

        return state;
    }
}
