using System.Runtime.CompilerServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>The standard deviation of each pixel's channel values; 0 for one channel.</summary>
sealed class StandardDeviationStatistic(bool biased) : LaneStatistic
{
    public override bool IsBiased => biased;

    public override string Name => "std";

    protected override bool MovesWithTheZeroPoint => false;

    public override void Compute<T, TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit) =>
        ReductionKernel<T, Reduction<T>>.Compute(reader, activations, layout, map, this, 1f / Divisor(layout.Channels), unit);

    public override void ComputeBlocked<T, TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit) =>
        BlockedReductionKernel<T, Reduction<T>>.Compute(reader, activations, layout, map, this, 1f / Divisor(layout.Channels), unit);

    protected override double Column<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, int pixel)
    {
        double mean = 0, squares = 0;
        for (var channel = 0; channel < layout.Channels; channel++)
        {
            var value = reader.Value(activations[layout.Offset(channel, pixel)]);
            var distance = value - mean;
            mean += distance / (channel + 1);
            squares += distance * (value - mean);
        }

        return Math.Sqrt(squares / Divisor(layout.Channels));
    }

    int Divisor(int channels) => biased ? channels : Math.Max(channels - 1, 1);

    /// <summary>
    /// Chan's update: each eight channels about their own mean, then the distance of that mean from the one so far. All terms
    /// are positive, so no digits are lost however small the deviation is beside the mean.
    /// </summary>
    struct Reduction<T> : IReduction<Reduction<T>, T> where T : unmanaged, ILanes<T>
    {
        T _mean;
        T _squares;

        public static Reduction<T> Start => new() { _mean = T.Create(0), _squares = T.Create(0) };

        public readonly T Check => _squares * T.Create(0);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddEight(in ChannelOctet<T> values, T before, T share)
        {
            var mean = values.Sum * T.Create(0.125f);
            _squares += values.SquaresAbout(mean);
            Add(mean, before, share);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(T value, T before, T share)
        {
            var distance = value - _mean;
            _squares = T.MultiplyAdd(distance * distance, before * share, _squares);
            _mean = T.MultiplyAdd(distance, share, _mean);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddWhere(T value, T mask, T before, T share) => Add(value * mask, before, share * mask);

        public readonly T Finish(T divisor) => T.Sqrt(_squares * divisor);

        /// <summary>The squares about each lane's own mean, and those of the means about the pixel's.</summary>
        public static Reduction<T> Merge(Span<Reduction<T>> pixels, T counts, float oneOverCount)
        {
            Span<T> weighted = stackalloc T[T.Count];
            for (var i = 0; i < pixels.Length; i++)
                weighted[i] = pixels[i]._mean * counts;
            var mean = LaneMerge<T, LaneSum>.Merge(in weighted[0], 1) * T.Create(oneOverCount);
            Span<float> means = stackalloc float[T.Count];
            T.Store(mean, ref means[0]);
            for (var i = 0; i < pixels.Length; i++)
            {
                var distance = pixels[i]._mean - T.Create(means[i]);
                pixels[i]._squares = T.MultiplyAdd(distance * distance, counts, pixels[i]._squares);
            }

            return new Reduction<T> { _mean = mean, _squares = LaneMerge<T, LaneSum>.Merge(in pixels[0]._squares, 2) };
        }
    }
}
