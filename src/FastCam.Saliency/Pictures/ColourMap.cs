namespace FastCam.Saliency;

/// <summary>A colour for each of 256 levels of saliency.</summary>
public sealed class ColourMap
{
    readonly byte[] _rgb;

    ColourMap(string name, byte[] rgb)
    {
        Name = name;
        _rgb = rgb;
    }

    /// <summary>The default: dark blue, green, dark red, with many distinguishable steps.</summary>
    public static ColourMap Turbo { get; } = new("turbo", Convert.FromHexString(ColourTables.Turbo));

    /// <summary>Violet to yellow, perceptually uniform.</summary>
    public static ColourMap Viridis { get; } = new("viridis", Convert.FromHexString(ColourTables.Viridis));

    /// <summary>Black, red, pale yellow, perceptually uniform.</summary>
    public static ColourMap Inferno { get; } = new("inferno", Convert.FromHexString(ColourTables.Inferno));

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
