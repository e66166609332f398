using System.Runtime.CompilerServices;

namespace FastCam.Saliency.Resampling;

/// <summary>
/// Bilinear sampling along one axis: between which two source samples each target sample lies, and how far along. Beyond the
/// first and the last source sample the value stays that of the edge.
/// </summary>
/// <param name="source">The number of source samples.</param>
/// <param name="target">The number of target samples.</param>
/// <param name="start">The source coordinate of the first target sample; source sample j has its centre at j.</param>
/// <param name="step">From one target sample to the next.</param>
sealed class BilinearAxis(int source, int target, double start, double step)
{
    readonly int _last = source - 1;

    /// <summary>The number of source samples.</summary>
    public int Source => source;

    /// <summary>The number of target samples.</summary>
    public int Target => target;

    /// <summary>Where a target sample lies. Computed: a table that has gone out of the caches since the last frame would take longer.</summary>
    public BilinearSample this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var position = start + index * step;
            if (position <= 0)
                return new BilinearSample(0, Math.Min(1, _last), 0);
            if (position >= _last)
                return new BilinearSample(_last, _last, 0);
            var before = (int)position;
            return new BilinearSample(before, before + 1, (float)(position - before));
        }
    }

    /// <summary>Half-pixel centres: both sample rows cover the same length, edge to edge.</summary>
    public static BilinearAxis Resize(int source, int target)
    {
        var step = (double)source / target;
        return new BilinearAxis(source, target, step / 2 - 0.5, step);
    }
}

/// <summary>A place between two source samples.</summary>
/// <param name="Before">The one at it or before it.</param>
/// <param name="After">The next, or the same at the end.</param>
/// <param name="Fraction">How far from the first to the second, 0..1.</param>
readonly record struct BilinearSample(int Before, int After, float Fraction);
