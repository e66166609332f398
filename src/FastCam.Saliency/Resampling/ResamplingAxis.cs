using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Resampling;

/// <summary>
/// How one axis of a plane is resampled: each output position is a weighted sum of as many neighbouring samples as every other,
/// half-pixel centres, the outermost samples repeated beyond the plane.
/// </summary>
sealed class ResamplingAxis
{
    readonly int[] _first;
    readonly float[] _weights;
    readonly float[] _fractions;

    /// <param name="outputs">Output positions.</param>
    /// <param name="start">Where the first output's edge lies, in frame pixels.</param>
    /// <param name="extent">What all outputs cover, in frame pixels.</param>
    /// <param name="frame">The frame's length in pixels.</param>
    /// <param name="subsampling">Frame pixels a sample: 1 for luma, 2 for chroma.</param>
    /// <param name="antialias">Whether the triangle that weighs the samples widens with the reduction, so that no sample is passed over.</param>
    /// <param name="rounding">How far beyond the frame's end, in frame pixels, a centre still counts as inside.</param>
    public ResamplingAxis(int outputs, double start, double extent, int frame, int subsampling, bool antialias, double rounding = 0)
    {
        var samples = (frame + subsampling - 1) / subsampling;
        var step = extent / outputs / subsampling;
        var support = antialias ? Math.Max(step, 1) : 1;
        Width = Math.Min((int)Math.Ceiling(2 * support), samples);
        _first = new int[outputs];
        _weights = new float[outputs * Width];
        _fractions = new float[PaddedLength(outputs)];
        var weights = new double[Width];
        for (var i = 0; i < outputs; i++)
        {
            var edge = start + (i + 0.5) * extent / outputs;
            if (edge < 0)
                InsideStart = i + 1;
            if (edge <= frame + rounding)
                InsideEnd = i + 1;
            var centre = Math.Clamp(edge / subsampling - 0.5, 0, samples - 1);
            _first[i] = Math.Clamp((int)Math.Floor(centre - support) + 1, 0, samples - Width);
            var sum = 0.0;
            for (var place = 0; place < Width; place++)
                sum += weights[place] = Math.Max(0, 1 - Math.Abs(_first[i] + place - centre) / support);
            for (var place = 0; place < Width; place++)
                _weights[i * Width + place] = (float)(weights[place] / sum);
            if (Width == 2)
                _fractions[i] = _weights[2 * i + 1];
        }
        First = _first.Length == 0 ? 0 : _first.Min();
        End = _first.Length == 0 ? 0 : _first.Max() + Width;
    }

    /// <summary>Samples that weigh into each output.</summary>
    public int Width { get; }

    /// <summary>The first sample that any output uses.</summary>
    public int First { get; }

    /// <summary>One past the last sample that any output uses.</summary>
    public int End { get; }

    /// <summary>The first sample of each output.</summary>
    public ReadOnlySpan<int> Firsts => _first;

    /// <summary>The weights of all outputs, <see cref="Width"/> each.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>With two width the second weights alone, in a row of <see cref="PaddedLength"/>.</summary>
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
