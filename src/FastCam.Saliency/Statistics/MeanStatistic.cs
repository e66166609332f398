using System.Runtime.CompilerServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>The mean of each pixel's channel values.</summary>
sealed class MeanStatistic : LaneStatistic
{
    public override string Name => "mean";

    public override void Compute<T, TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit) =>
        ReductionKernel<T, Reduction<T>>.Compute(reader, activations, layout, map, this, 1f / layout.Channels, unit);

    public override void ComputeBlocked<T, TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit) =>
        BlockedReductionKernel<T, Reduction<T>>.Compute(reader, activations, layout, map, this, 1f / layout.Channels, unit);

    protected override double Column<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, int pixel)
    {
        double sum = 0;
        for (var channel = 0; channel < layout.Channels; channel++)
            sum += reader.Value(activations[layout.Offset(channel, pixel)]);
        return sum / layout.Channels;
    }

    /// <summary>Kahan's sum: as many channels as there may be, the rounding stays that of a few.</summary>
    struct Reduction<T> : IReduction<Reduction<T>, T> where T : unmanaged, ILanes<T>
    {
        T _sum;
        T _excess;

        public static Reduction<T> Start => new() { _sum = T.Create(0), _excess = T.Create(0) };

        public readonly T Check => _sum * T.Create(0);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddEight(in ChannelOctet<T> values, T before, T share) => Add(values.Sum, before, share);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(T value, T before, T share)
        {
            var addend = value - _excess;
            var sum = _sum + addend;
            _excess = sum - _sum - addend;
            _sum = sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddWhere(T value, T mask, T before, T share) => Add(value * mask, before, share);

        public readonly T Finish(T divisor) => _sum * divisor;

        public static Reduction<T> Merge(Span<Reduction<T>> pixels, T counts, float oneOverCount)
        {
            foreach (ref var pixel in pixels)
                pixel._sum -= pixel._excess;
            return new Reduction<T> { _sum = LaneMerge<T, LaneSum>.Merge(in pixels[0]._sum, 2), _excess = T.Create(0) };
        }
    }
}
