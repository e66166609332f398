using System.Numerics;
using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Masks;

/// <summary>A Gaussian blur of one plane; beyond the edges the outermost pixels are repeated. Holds work buffers: one thread at a time.</summary>
sealed class GaussianBlur
{
    const double Reach = 4; // standard deviations; 6e-5 of the weight lies beyond

    readonly MapSize _size;
    readonly float[] _kernel;
    readonly float[] _row;
    readonly float[] _across;

    public GaussianBlur(MapSize size, double sigma)
    {
        if (!(sigma is > 0 and <= int.MaxValue / 16))
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "The blur's standard deviation lies above 0.");
        _size = size;
        _kernel = Kernel(sigma);
        _row = new float[size.Width + _kernel.Length - 1];
        _across = new float[size.Pixels];
    }

    int Radius => _kernel.Length / 2;

    public void Apply(ReadOnlySpan<float> plane, Span<float> blurred)
    {
        var width = _size.Width;
        for (var y = 0; y < _size.Height; y++)
        {
            Pad(plane.Slice(y * width, width));
            var target = _across.AsSpan(y * width, width);
            target.Clear();
            for (var tap = 0; tap < _kernel.Length; tap++)
                AddScaled(_row.AsSpan(tap, width), _kernel[tap], target);
        }

        for (var y = 0; y < _size.Height; y++)
        {
            var target = blurred.Slice(y * width, width);
            target.Clear();
            for (var tap = 0; tap < _kernel.Length; tap++)
                AddScaled(_across.AsSpan(Math.Clamp(y + tap - Radius, 0, _size.Height - 1) * width, width), _kernel[tap], target);
        }
    }

    static float[] Kernel(double sigma)
    {
        var radius = Math.Max(1, (int)Math.Ceiling(Reach * sigma));
        var kernel = new double[2 * radius + 1];
        for (var i = -radius; i <= radius; i++)
            kernel[radius + i] = Math.Exp(-i * (double)i / (2 * sigma * sigma));
        var sum = kernel.Sum();
        return [.. kernel.Select(weight => (float)(weight / sum))];
    }

    void Pad(ReadOnlySpan<float> row)
    {
        _row.AsSpan(0, Radius).Fill(row[0]);
        row.CopyTo(_row.AsSpan(Radius));
        _row.AsSpan(Radius + row.Length).Fill(row[^1]);
    }

    static void AddScaled(ReadOnlySpan<float> source, float weight, Span<float> target)
    {
        var i = 0;
        for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(target[i..]) + new Vector<float>(source[i..]) * weight).CopyTo(target[i..]);
        for (; i < target.Length; i++)
            target[i] += source[i] * weight;
    }
}
