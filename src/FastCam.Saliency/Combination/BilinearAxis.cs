namespace FastCam.Saliency;

/// <summary>
/// Bilinear sampling along one axis: between which two source samples each target sample lies, and how far along. Beyond the
/// first and the last source sample the value stays that of the edge.
/// </summary>
sealed class BilinearAxis
{
    readonly int[] _before;
    readonly int[] _after;
    readonly float[] _fraction;

    /// <summary>Target sample i lies at source coordinate start + i · step, where source sample j has its centre at j.</summary>
    public BilinearAxis(int source, int target, double start, double step)
    {
        Source = source;
        _before = new int[target];
        _after = new int[target];
        _fraction = new float[target];
        for (var i = 0; i < target; i++)
        {
            var position = Math.Clamp(start + i * step, 0, source - 1);
            _before[i] = (int)position;
            _after[i] = Math.Min(_before[i] + 1, source - 1);
            _fraction[i] = (float)(position - _before[i]);
        }
    }

    /// <summary>The number of source samples.</summary>
    public int Source { get; }

    public ReadOnlySpan<int> Before => _before;

    public ReadOnlySpan<int> After => _after;

    public ReadOnlySpan<float> Fraction => _fraction;

    /// <summary>Half-pixel centres: both sample rows cover the same length, edge to edge.</summary>
    public static BilinearAxis Resize(int source, int target)
    {
        var step = (double)source / target;
        return new BilinearAxis(source, target, step / 2 - 0.5, step);
    }
}
