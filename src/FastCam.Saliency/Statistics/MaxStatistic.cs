using System.Runtime.CompilerServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>The largest channel value of each pixel.</summary>
sealed class MaxStatistic : LaneStatistic
{
    public override string Name => "max";

    public override void Compute<T, TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit) =>
        ReductionKernel<T, Reduction<T>>.Compute(reader, activations, layout, map, this, 1, unit);

    public override void ComputeBlocked<T, TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit) =>
        BlockedReductionKernel<T, Reduction<T>>.Compute(reader, activations, layout, map, this, 1, unit);

    protected override double Column<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, int pixel)
    {
        var max = double.MinValue;
        for (var channel = 0; channel < layout.Channels; channel++)
            max = Math.Max(max, reader.Value(activations[layout.Offset(channel, pixel)]));
        return max;
    }

    struct Reduction<T> : IReduction<Reduction<T>, T> where T : unmanaged, ILanes<T>
    {
        T _max;
        T _check;

        public static Reduction<T> Start => new() { _max = T.Create(float.MinValue), _check = T.Create(0) };

        public readonly T Check => _check;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddEight(in ChannelOctet<T> values, T before, T share)
        {
            _max = T.Max(_max, values.Max);
            // A sum may overflow where no value did: the pixel is then computed in float64 in vain, and nothing is lost.
            _check = T.MultiplyAdd(values.Sum, T.Create(0), _check);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(T value, T before, T share)
        {
            _max = T.Max(_max, value);
            _check = T.MultiplyAdd(value, T.Create(0), _check);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddWhere(T value, T mask, T before, T share) =>
            Add(value * mask + (T.Create(1) - mask) * T.Create(float.MinValue), before, share);

        public readonly T Finish(T divisor) => _max;

        public static Reduction<T> Merge(Span<Reduction<T>> pixels, T counts, float oneOverCount) => new()
        {
            _max = LaneMerge<T, LaneMax>.Merge(in pixels[0]._max, 2),
            _check = LaneMerge<T, LaneSum>.Merge(in pixels[0]._check, 2),
        };
    }
}
