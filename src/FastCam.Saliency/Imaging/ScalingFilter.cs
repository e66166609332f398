namespace FastCam.Saliency.Imaging;

/// <summary>For each target sample along one axis of one plane the source samples that it mixes; none where its centre lies outside the frame.</summary>
sealed class ScalingFilter
{
    readonly int[] _first;
    readonly float[][] _weights;

    /// <param name="origin">Where the target begins, in frame pixels.</param>
    /// <param name="length">What it covers, in frame pixels.</param>
    /// <param name="frame">The frame's length in pixels.</param>
    /// <param name="target">The target's length in pixels.</param>
    /// <param name="pitch">Pixels a sample: 1 for luma, 2 for chroma.</param>
    public ScalingFilter(double origin, double length, int frame, int target, int pitch)
    {
        var (samples, targets) = ((frame + pitch - 1) / pitch, (target + pitch - 1) / pitch);
        var step = length / target;
        var reach = Math.Max(step, 1);
        (_first, _weights) = (new int[targets], new float[targets][]);
        for (var i = 0; i < targets; i++)
        {
            _weights[i] = [];
            var position = origin + (i + 0.5) * pitch * step;
            // The last chroma sample of an odd length has its centre on the edge, but for rounding.
            if (position < 0 || position > frame + 1e-6)
                continue;
            var centre = Math.Clamp(position / pitch - 0.5, 0, samples - 1);
            _first[i] = Math.Max(0, (int)Math.Floor(centre - reach) + 1);
            var last = Math.Min(samples - 1, (int)Math.Ceiling(centre + reach) - 1);
            var weights = Enumerable.Range(_first[i], last - _first[i] + 1).Select(sample => 1 - Math.Abs(sample - centre) / reach).ToArray();
            _weights[i] = [.. weights.Select(weight => (float)(weight / weights.Sum()))];
            End = Math.Max(End, last + 1);
        }
    }

    /// <summary>Target samples.</summary>
    public int Count => _first.Length;

    /// <summary>One past the last source sample that any of them mixes.</summary>
    public int End { get; }

    public int First(int target) => _first[target];

    public ReadOnlySpan<float> Weights(int target) => _weights[target];
}
