using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Resampling;

/// <summary>
/// How one axis of a plane is resampled: each output position is a weighted sum of as many neighbouring samples as every other,
/// half-pixel centres, the outermost samples repeated beyond the plane.
/// </summary>
sealed class ResamplingAxis
{
    const double Rounding = 1e-6;

    readonly int[] _first;
    readonly float[] _weights;
    readonly float[] _fractions;

    /// <param name="outputs">Output positions.</param>
    /// <param name="start">Where the first output's edge lies, in frame pixels.</param>
    /// <param name="extent">What all outputs cover, in frame pixels.</param>
    /// <param name="frame">The frame's length in pixels.</param>
    /// <param name="subsampling">Frame pixels a sample: 1 for luma, 2 for chroma.</param>
    /// <param name="antialias">Whether the triangle that weighs the samples widens with the reduction, so that no sample is passed over.</param>
    public ResamplingAxis(int outputs, double start, double extent, int frame, int subsampling, bool antialias)
    {
        var samples = (frame + subsampling - 1) / subsampling;
        var step = extent / outputs / subsampling;
        var support = antialias ? Math.Max(step, 1) : 1;
        Taps = Math.Min((int)Math.Ceiling(2 * support), samples);
        _first = new int[outputs];
        _weights = new float[outputs * Taps];
        _fractions = new float[PaddedLength(outputs)];
        var weights = new double[Taps];
        for (var i = 0; i < outputs; i++)
        {
            var edge = start + (i + 0.5) * extent / outputs;
            if (edge < 0)
                InsideStart = i + 1;
            // The last chroma sample of an odd length has its centre on the edge, but for rounding.
            if (edge <= frame + Rounding)
                InsideEnd = i + 1;
            var centre = Math.Clamp(edge / subsampling - 0.5, 0, samples - 1);
            _first[i] = Math.Clamp((int)Math.Floor(centre - support) + 1, 0, samples - Taps);
            var sum = 0.0;
            for (var tap = 0; tap < Taps; tap++)
                sum += weights[tap] = Math.Max(0, 1 - Math.Abs(_first[i] + tap - centre) / support);
            for (var tap = 0; tap < Taps; tap++)
                _weights[i * Taps + tap] = (float)(weights[tap] / sum);
            if (Taps == 2)
                _fractions[i] = _weights[2 * i + 1];
        }
        First = _first.Length == 0 ? 0 : _first.Min();
        End = _first.Length == 0 ? 0 : _first.Max() + Taps;
    }

    /// <summary>Samples that weigh into each output.</summary>
    public int Taps { get; }

    /// <summary>The first sample that any output uses.</summary>
    public int First { get; }

    /// <summary>One past the last sample that any output uses.</summary>
    public int End { get; }

    /// <summary>The first sample of each output.</summary>
    public ReadOnlySpan<int> Firsts => _first;

    /// <summary>The weights of all outputs, <see cref="Taps"/> each.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>With two taps the second weights alone, in a row of <see cref="PaddedLength"/>.</summary>
    public ReadOnlySpan<float> Fractions => _fractions;

    /// <summary>The first output whose centre lies inside the frame.</summary>
    public int InsideStart { get; }

    /// <summary>One past the last output whose centre lies inside the frame.</summary>
    public int InsideEnd { get; }

    /// <summary>The length of a row that holds so many outputs and that every SIMD width divides.</summary>
    public static int PaddedLength(int outputs) => (outputs + Lanes512.Count - 1) / Lanes512.Count * Lanes512.Count;

    /// <summary>Whether an output's centre lies outside the frame.</summary>
    public bool IsOutside(int output) => output < InsideStart || output >= InsideEnd;
}
