using System.Globalization;

namespace FastCam.Video.Frames;

/// <summary>
/// The size of a frame in full-range BT.601 I420: planes Y, U and V one after another without padding, one byte a
/// sample, chroma at half size in both directions (rounded up).
/// </summary>
/// <param name="Width">Pixels a row, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
public readonly record struct FrameFormat(int Width, int Height)
{
    /// <summary>The largest width and height that any source of this library announces.</summary>
    public const int MaximumWidth = 8192, MaximumHeight = 8192;

    /// <summary>Samples a row of U and of V.</summary>
    public int ChromaWidth => (Width + 1) / 2;

    /// <summary>Rows of U and of V.</summary>
    public int ChromaHeight => (Height + 1) / 2;

    /// <summary>Bytes of plane Y; U starts here.</summary>
    public int LumaByteCount => Width * Height;

    /// <summary>Bytes of plane U, and of plane V.</summary>
    public int ChromaByteCount => ChromaWidth * ChromaHeight;

    /// <summary>Bytes of the whole frame.</summary>
    public int ByteCount => LumaByteCount + 2 * ChromaByteCount;

    /// <summary>The display text: <c>1280x720</c>.</summary>
    public override string ToString() => $"{Width}x{Height}";

    /// <summary>Reads <c>1280x720</c>: no side below that of <paramref name="least"/>, and none above the maximum.</summary>
    public static bool TryParse(string text, FrameFormat least, out FrameFormat format)
    {
        format = default;
        if (text.Split('x') is not [var left, var right] || !int.TryParse(left, out var width) || !int.TryParse(right, out var height))
            return false;
        format = new(width, height);
        return width >= least.Width && width <= MaximumWidth && height >= least.Height && height <= MaximumHeight;
    }

    /// <summary>The error of a buffer that does not have a frame's length.</summary>
    internal ArgumentException WrongLength(int bytes, string parameter) => new($"A frame of {this} has {ByteCount} bytes, not {bytes}.", parameter);
}

/// <summary>Frames a second as a fraction, such as 30/1 or 30000/1001, so that no time drifts.</summary>
public readonly record struct FrameRate(int Numerator, int Denominator)
{
    const int Largest = 1000;

    /// <summary>Returns when frame <paramref name="index"/> is shown: index / rate, to the nearest 100 ns.</summary>
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

    /// <summary>Reads a rate out of a URI.</summary>
    /// <param name="uri">The URI, for the error.</param>
    /// <param name="text">The rate.</param>
    /// <param name="key">What stands before it in the URI, so that the error can repeat it.</param>
    /// <exception cref="MediaException">It is no rate.</exception>
    internal static FrameRate Parse(MediaUri uri, string text, string key = "") =>
        TryParse(text, out var rate) ? rate : throw uri.Bad($"{key}{text} is no number of frames a second above 0 and up to {Largest}");

    /// <summary>Reads the option <c>rate</c> of a URI; null when it is absent.</summary>
    /// <exception cref="MediaException">It is no rate.</exception>
    internal static FrameRate? ParseOption(MediaUri uri) => uri["rate"] is { } text ? Parse(uri, text, "rate=") : null;

    static bool TryParseNumber(string text, bool whole, out decimal number)
    {
        var style = whole ? NumberStyles.None : NumberStyles.AllowDecimalPoint;
        return decimal.TryParse(text, style, CultureInfo.InvariantCulture, out number) && number > 0;
    }
}
