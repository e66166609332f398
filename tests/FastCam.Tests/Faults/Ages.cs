using System.Globalization;
using FastCam.Video.Sources;

namespace FastCam.Tests.Faults;

/// <summary>How old frames were when they came, in milliseconds: each carries the moment of its making, by the monotonic clock, as a bar code.</summary>
sealed class Ages
{
    readonly List<double> _milliseconds = [];

    public int Count => _milliseconds.Count;

    /// <param name="came">When it came, by the monotonic clock, in milliseconds.</param>
    /// <param name="number">The number of its bar code.</param>
    public void Add(double came, int number) => _milliseconds.Add((came - number) % BarCode.Range);

    /// <summary>The age that a share of the frames do not exceed.</summary>
    public double Share(double share) => _milliseconds.Order().ElementAt((int)(share * Count));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"p50 {Share(0.5):F0} ms, p99 {Share(0.99):F0} ms ({Count} frames)");
}
