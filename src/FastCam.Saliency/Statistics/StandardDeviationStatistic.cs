using System.Runtime.CompilerServices;

namespace FastCam.Saliency;

/// <summary>The standard deviation of each pixel's channel values; 0 for one channel.</summary>
sealed class StandardDeviationStatistic(bool biased) : LaneStatistic
{
    public override string Name => "std";

    public override void Compute<T>(ReadOnlySpan<float> activations, int channels, Span<float> map) =>
        ReductionKernel<T, Reduction<T>>.Compute(activations, channels, map, this, 1f / Divisor(channels));

    protected override double Column(ReadOnlySpan<float> values, int stride)
    {
        double mean = 0, squares = 0;
        var count = 0;
        for (var i = 0; i < values.Length; i += stride)
        {
            var distance = Value.Finite(values[i]) - mean;
            mean += distance / ++count;
            squares += distance * (Value.Finite(values[i]) - mean);
        }

        return Math.Sqrt(squares / Divisor(count));
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
        public void AddEight(ref readonly float source, nint stride, T before, T share)
        {
            var values = Eight<T>.Load(in source, stride);
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

        public readonly T Finish(T divisor) => T.Sqrt(_squares * divisor);
    }
}
