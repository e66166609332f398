using FastCam.Saliency.Resampling;

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

    /// <summary>LOVI by Equations 4 to 7, the saturation as the method has it, of maps of one size.</summary>
    public static (double Hue, double Saturation, double Value)[] Lovi(double[][] maps, float[] weights)
    {
        var (n, least, largest) = (maps.Length, maps.Min(map => map.Min()), maps.Max(map => map.Max()));
        return [.. Enumerable.Range(0, maps[0].Length).Select(Pixel)];

        (double, double, double) Pixel(int i)
        {
            var s = maps.Select((map, k) => (map[i] - least) / (largest - least) * weights[k]).ToArray();
            if (s.Max() == 0)
                return (0, 0, 0);
            var hue = 300 * s.Select((value, k) => value * (1 - k / (n - 1.0))).Sum() / s.Sum();
            return (hue, 1 - (s.Sum() / (n * s.Max()) - 1.0 / n) / (1 - 1.0 / n), s.Max());
        }
    }

    /// <summary>The textbook's six sides of the hexagon, one by one.</summary>
    public static (double Red, double Green, double Blue) Rgb(double hue, double saturation, double value)
    {
        var side = (int)(hue / 60);
        var along = hue / 60 - side;
        var (p, q, t) = (value * (1 - saturation), value * (1 - saturation * along), value * (1 - saturation * (1 - along)));
        return (side % 6) switch
        {
            0 => (value, t, p),
            1 => (q, value, p),
            2 => (p, value, t),
            3 => (p, q, value),
            4 => (t, p, value),
            _ => (value, p, q),
        };
    }

    /// <summary>Y, U or V by the definition of full-range BT.601.</summary>
    public static double Yuv(int plane, double red, double green, double blue) => plane switch
    {
        0 => 0.299 * red + 0.587 * green + 0.114 * blue,
        1 => 128 - 0.168736 * red - 0.331264 * green + 0.5 * blue,
        _ => 128 + 0.5 * red - 0.418688 * green - 0.081312 * blue,
    };

    /// <summary>Phi(z) by its Taylor series, which is exact to float64 for |z| below 6 and 0 or 1 to 1e-9 beyond.</summary>
    public static double NormalDistribution(double z)
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
