using FastCam.Saliency;

namespace FastCam.Tests.Saliency;

/// <summary>The formulas in float64, written for plainness: what the product is held against.</summary>
static partial class Oracle
{
    /// <summary>SMOE Scale and the mean of one pixel's channels.</summary>
    public static (double Smoe, double Mean) Smoe(float[] activations, int channels, int pixel, double epsilon)
    {
        var pixels = activations.Length / channels;
        double sum = 0, logarithms = 0;
        for (var c = 0; c < channels; c++)
        {
            var x = activations[c * pixels + pixel];
            var shifted = float.IsNaN(x) ? epsilon : Math.Clamp(x, 0, float.MaxValue) + epsilon;
            sum += shifted;
            logarithms += Math.Log2(shifted);
        }

        var mean = sum / channels;
        return (mean * (Math.Log2(mean) - logarithms / channels), mean);
    }

    public static double[] Gauss(float[] map)
    {
        var mean = map.Average(value => (double)value);
        var sigma = Math.Sqrt(map.Sum(value => (value - mean) * (value - mean)) / (map.Length - 1));
        return [.. map.Select(value => NormalDistribution((value - mean) / sigma))];
    }

    public static double Bilinear(ReadOnlySpan<float> map, MapSize size, double x, double y)
    {
        x = Math.Clamp(x, 0, size.Width - 1);
        y = Math.Clamp(y, 0, size.Height - 1);
        var (x0, y0) = ((int)x, (int)y);
        var (x1, y1) = (Math.Min(x0 + 1, size.Width - 1), Math.Min(y0 + 1, size.Height - 1));
        var top = map[y0 * size.Width + x0] * (1 - (x - x0)) + map[y0 * size.Width + x1] * (x - x0);
        var bottom = map[y1 * size.Width + x0] * (1 - (x - x0)) + map[y1 * size.Width + x1] * (x - x0);
        return top * (1 - (y - y0)) + bottom * (y - y0);
    }

    public static double[] Resize(float[] map, MapSize source, MapSize target)
    {
        var resized = new double[target.Pixels];
        for (var i = 0; i < resized.Length; i++)
        {
            var x = (i % target.Width + 0.5) * source.Width / target.Width - 0.5;
            var y = (i / target.Width + 0.5) * source.Height / target.Height - 0.5;
            resized[i] = Bilinear(map, source, x, y);
        }

        return resized;
    }

    /// <summary>Phi(z) by its Taylor series, which is exact to float64 for |z| below 6 and 0 or 1 to 1e-9 beyond.</summary>
    static double NormalDistribution(double z)
    {
        if (Math.Abs(z) > 6)
            return z > 0 ? 1 : 0;
        double term = z, sum = z;
        for (var k = 3; Math.Abs(term) > 1e-18; k += 2)
        {
            term *= z * z / k;
            sum += term;
        }

        return 0.5 + sum * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
    }
}
