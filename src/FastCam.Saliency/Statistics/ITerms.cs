using System.Numerics;

namespace FastCam.Saliency.Statistics;

/// <summary>What a statistic sums up over the channels of each pixel, in float64.</summary>
interface ITerms
{
    /// <summary>Activations below this count as this.</summary>
    static abstract float Smallest { get; }

    /// <summary>Of the first channel: what the terms are taken relative to, so that equal channels give exactly nothing.</summary>
    static abstract Vector<double> Origin(Vector<double> x);

    /// <summary>The two terms that one channel adds.</summary>
    static abstract (Vector<double> A, Vector<double> B) Of(Vector<double> x, Vector<double> origin);
}
