using System.Runtime.CompilerServices;

namespace FastCam.Saliency;

/// <summary>The mean of each pixel's channel values.</summary>
sealed class MeanStatistic : LaneStatistic
{
    public override string Name => "mean";

    public override void Compute<T>(ReadOnlySpan<float> activations, int channels, Span<float> map) =>
        ReductionKernel<T, Reduction<T>>.Compute(activations, channels, map, this, 1f / channels);

    protected override double Column(ReadOnlySpan<float> values, int stride)
    {
        double sum = 0;
        var count = 0;
        for (var i = 0; i < values.Length; i += stride, count++)
            sum += Value.Finite(values[i]);
        return sum / count;
    }

    /// <summary>Kahan's sum: as many channels as there may be, the rounding stays that of a few.</summary>
    struct Reduction<T> : IReduction<Reduction<T>, T> where T : unmanaged, ILanes<T>
    {
        T _sum;
        T _excess;

        public static Reduction<T> Start => new() { _sum = T.Create(0), _excess = T.Create(0) };

        public readonly T Check => _sum * T.Create(0);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddEight(ref readonly float source, nint stride, T before, T share) =>
            Add(Eight<T>.Load(in source, stride).Sum, before, share);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(T value, T before, T share)
        {
            var addend = value - _excess;
            var sum = _sum + addend;
            _excess = sum - _sum - addend;
            _sum = sum;
        }

        public readonly T Finish(T divisor) => _sum * divisor;
    }
}
