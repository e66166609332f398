using System.Globalization;

namespace FastCam.Video.Frames;

/// <summary>Frames a second as a fraction, so that no time drifts: 30/1, 30000/1001.</summary>
public readonly record struct FrameRate(int Numerator, int Denominator)
{
    const int Largest = 1000;

    /// <summary>When frame <paramref name="index"/> is shown: index / rate, to the nearest 100 ns.</summary>
    public TimeSpan TimeOf(long index) =>
        new((long)(((Int128)index * Denominator * TimeSpan.TicksPerSecond * 2 + Numerator) / ((Int128)Numerator * 2)));

    /// <summary>Reads <c>30</c>, <c>29.97</c> or <c>30000/1001</c>: above 0, at most 1000 frames a second.</summary>
    public static bool TryParse(string text, out FrameRate rate)
    {
        var parts = text.Split('/');
        var fraction = parts.Length == 2;
        rate = default;
        if (parts.Length > 2 || !TryParseNumber(parts[0], fraction, out var numerator) || numerator > int.MaxValue / 1000)
            return false;
        decimal denominator = 1;
        if (fraction && !TryParseNumber(parts[1], true, out denominator))
            return false;
        if (denominator > int.MaxValue / 1000 || numerator / denominator > Largest)
            return false;
        rate = fraction || numerator == decimal.Truncate(numerator)
            ? new((int)numerator, (int)denominator)
            : new((int)(numerator * 1000), 1000);
        return rate.Numerator > 0;
    }

    static bool TryParseNumber(string text, bool whole, out decimal number) =>
        decimal.TryParse(text, whole ? NumberStyles.None : NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && number > 0;
}
