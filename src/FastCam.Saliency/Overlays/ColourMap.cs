namespace FastCam.Saliency.Overlays;

/// <summary>A colour for each of 256 levels of saliency.</summary>
public sealed class ColourMap
{
    readonly byte[] _rgb;

    ColourMap(string name, byte[] rgb)
    {
        Name = name;
        _rgb = rgb;
    }

    /// <summary>
    /// The default: dark blue, green, dark red, with many distinguishable steps. Ruofei Du's polynomial approximation of Anton
    /// Mikhailov's map.
    /// </summary>
    public static ColourMap Turbo { get; } = new("turbo", Tabulate(
        [0.13572138, 4.61539260, -42.66032258, 132.13108234, -152.94239396, 59.28637943],
        [0.09140261, 2.19418839, 4.84296658, -14.18503333, 4.27729857, 2.82956604],
        [0.10667330, 12.64194608, -60.58204836, 110.36276771, -89.90310912, 27.34824973]));

    /// <summary>Violet to yellow, perceptually uniform. Matt Zucker's polynomial approximation.</summary>
    public static ColourMap Viridis { get; } = new("viridis", Tabulate(
        [0.27772733, 0.10509304, -0.33086183, -4.63423050, 6.22826994, 4.77638500, -5.43545586],
        [0.00540734, 1.40461353, 0.21484756, -5.79910097, 14.17993337, -13.74514538, 4.64585261],
        [0.33409981, 1.38459016, 0.09509516, -19.33244096, 56.69055260, -65.35303263, 26.31243525]));

    /// <summary>Black, red, pale yellow, perceptually uniform. Matt Zucker's polynomial approximation.</summary>
    public static ColourMap Inferno { get; } = new("inferno", Tabulate(
        [0.00021894, 0.10651342, 11.60249308, -41.70399613, 77.16293570, -71.31942824, 25.13112623],
        [0.00165100, 0.56395644, -3.97285397, 17.43639888, -33.40235894, 32.62606426, -12.24266895],
        [-0.01948090, 3.93271239, -15.94239411, 44.35414520, -81.80730926, 73.20951986, -23.07032500]));

    /// <summary>The classical rainbow of many papers.</summary>
    public static ColourMap Jet { get; } = new("jet", Tabulate(level => (JetChannel(level, 3), JetChannel(level, 2), JetChannel(level, 1))));

    /// <summary>Black to white.</summary>
    public static ColourMap Grey { get; } = new("grey", Tabulate(level => (level, level, level)));

    /// <summary>Every colour map, the default first.</summary>
    public static IReadOnlyList<ColourMap> All { get; } = [Turbo, Viridis, Inferno, Jet, Grey];

    /// <summary>The name in configurations and on command lines, in lower case.</summary>
    public string Name { get; }

    /// <summary>256 × 3 bytes: red, green, blue (sRGB) of level 0 to 255.</summary>
    public ReadOnlySpan<byte> Rgb => _rgb;

    /// <summary>The colour map of that name, in upper or lower case; null when there is none.</summary>
    public static ColourMap? Find(string name)
    {
        foreach (var map in All)
        {
            if (map.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return map;
        }

        return null;
    }

    /// <summary>Polynomials of the level in 0..1, lowest power first.</summary>
    static byte[] Tabulate(double[] red, double[] green, double[] blue) =>
        Tabulate(level => (Polynomial(red, level), Polynomial(green, level), Polynomial(blue, level)));

    static double Polynomial(double[] coefficients, double x)
    {
        var value = 0.0;
        for (var power = coefficients.Length - 1; power >= 0; power--)
            value = value * x + coefficients[power];
        return Math.Clamp(value, 0, 1);
    }

    static byte[] Tabulate(Func<double, (double Red, double Green, double Blue)> colour)
    {
        var rgb = new byte[256 * 3];
        for (var level = 0; level < 256; level++)
        {
            var (red, green, blue) = colour(level / 255.0);
            rgb[3 * level] = (byte)Math.Round(255 * red);
            rgb[3 * level + 1] = (byte)Math.Round(255 * green);
            rgb[3 * level + 2] = (byte)Math.Round(255 * blue);
        }

        return rgb;
    }

    /// <summary>A trapezium around the quarter of the range where the channel is full.</summary>
    static double JetChannel(double level, int quarter) => Math.Clamp(1.5 - Math.Abs(4 * level - quarter), 0, 1);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
