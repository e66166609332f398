using System.Runtime.CompilerServices;

namespace FastCam.Saliency;

/// <summary>The largest channel value of each pixel.</summary>
sealed class MaxStatistic : LaneStatistic
{
    public override string Name => "max";

    public override void Compute<T>(ReadOnlySpan<float> activations, int channels, Span<float> map) =>
        ReductionKernel<T, Reduction<T>>.Compute(activations, channels, map, this);

    protected override double Column(ReadOnlySpan<float> values, int stride)
    {
        var max = float.MinValue;
        for (var i = 0; i < values.Length; i += stride)
            max = Math.Max(max, Value.Finite(values[i]));
        return max;
    }

    struct Reduction<T> : IReduction<Reduction<T>, T> where T : unmanaged, ILanes<T>
    {
        T _max;
        T _check;

        public static Reduction<T> Start => new() { _max = T.Create(float.MinValue), _check = T.Create(0) };

        public readonly T Check => _check;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddEight(ref readonly float source, nint stride, T before, T share)
        {
            ref var row = ref Unsafe.AsRef(in source);
            var (max, check) = (_max, _check);
            for (var i = 0; i < 8; i++)
            {
                var value = T.Load(in row);
                max = T.Max(max, value);
                check = T.MultiplyAdd(value, T.Create(0), check);
                row = ref Unsafe.Add(ref row, stride);
            }

            (_max, _check) = (max, check);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(T value, T before, T share)
        {
            _max = T.Max(_max, value);
            _check = T.MultiplyAdd(value, T.Create(0), _check);
        }

        public readonly T Finish(T divisor) => _max;
    }
}
