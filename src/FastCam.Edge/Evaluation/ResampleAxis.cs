namespace FastCam.Edge.Evaluation;

/// <summary>
/// Antialiased bilinear resampling along one axis, as Pillow does it for pictures of 8 bits: a triangle as wide as the reduction,
/// cut off at the edges, its weights in fixed point.
/// </summary>
sealed class ResampleAxis
{
    const int Precision = 22;

    readonly int[] _first;
    readonly int[][] _weights;

    public ResampleAxis(int source, int target)
    {
        _first = new int[target];
        _weights = new int[target][];
        var scale = (double)source / target;
        var support = Math.Max(scale, 1);
        for (var i = 0; i < target; i++)
        {
            var centre = (i + 0.5) * scale;
            _first[i] = Math.Max((int)(centre - support + 0.5), 0);
            var end = Math.Min((int)(centre + support + 0.5), source);
            var triangle = new double[end - _first[i]];
            for (var j = 0; j < triangle.Length; j++)
                triangle[j] = Math.Max(0, 1 - Math.Abs((_first[i] + j - centre + 0.5) / support));
            var sum = triangle.Sum();
            _weights[i] = [.. triangle.Select(weight => (int)(weight / sum * (1 << Precision) + 0.5))];
        }
    }

    /// <summary>One value of the resampled line.</summary>
    /// <param name="line">Where the line begins.</param>
    /// <param name="stride">From one of its values to the next.</param>
    /// <param name="index">The target sample.</param>
    public byte Sample(ReadOnlySpan<byte> line, int stride, int index)
    {
        var sum = 1 << (Precision - 1);
        var at = _first[index] * stride;
        foreach (var weight in _weights[index])
        {
            sum += weight * line[at];
            at += stride;
        }

        return (byte)Math.Clamp(sum >> Precision, 0, 255);
    }
}
