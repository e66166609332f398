namespace FastCam.Saliency.Imaging;

/// <summary>Scaling one plane by a filter along each axis.</summary>
sealed unsafe class PlaneScaling(ScalingFilter columns, ScalingFilter rows)
{
    readonly float[] _mixed = new float[columns.End];

    public void Scale(byte* source, int sourceStride, byte* target, int targetStride, byte black)
    {
        for (var y = 0; y < rows.Count; y++)
        {
            var weights = rows.Weights(y);
            Array.Clear(_mixed);
            for (var i = 0; i < weights.Length; i++)
            {
                var row = source + (nint)(rows.First(y) + i) * sourceStride;
                for (var x = 0; x < _mixed.Length; x++)
                    _mixed[x] += row[x] * weights[i];
            }

            for (var x = 0; x < columns.Count; x++)
                target[(nint)y * targetStride + x] = weights.IsEmpty || columns.Weights(x).IsEmpty ? black : Sample(x);
        }
    }

    byte Sample(int x)
    {
        var weights = columns.Weights(x);
        var first = columns.First(x);
        var sum = 0f;
        for (var i = 0; i < weights.Length; i++)
            sum += _mixed[first + i] * weights[i];
        return (byte)Math.Clamp(sum + 0.5f, 0, 255);
    }
}
