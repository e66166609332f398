using FastCam.Video.Frames;

namespace FastCam.Video.Sources.Uris;

/// <summary>The synthetic source.</summary>
/// <param name="Format">Its size.</param>
/// <param name="Rate">Frames a second.</param>
/// <param name="Frames">How many there are; null: no end.</param>
public sealed record TestSourceUri(FrameFormat Format, FrameRate Rate, long? Frames) : SourceUri
{
    internal static TestSourceUri Parse(MediaUri uri)
    {
        uri.AllowOptions("frames");
        var (format, rate) = (new FrameFormat(1280, 720), new FrameRate(30, 1));
        var at = uri.Target.IndexOf('@');
        var size = at < 0 ? uri.Target : uri.Target[..at];
        if (size.Length > 0 && !TryParseSize(size, out format))
            throw uri.Bad($"{size} is no size from {BarCode.SmallestWidth}x{BarCode.SmallestHeight} to {FrameFormat.MaximumWidth}x{FrameFormat.MaximumHeight}");
        if (at >= 0 && !FrameRate.TryParse(uri.Target[(at + 1)..], out rate))
            throw uri.Bad($"{uri.Target[(at + 1)..]} is no number of frames a second above 0 and up to 1000");
        long? frames = null;
        if (uri["frames"] is { } text)
            frames = long.TryParse(text, out var count) && count > 0 ? count : throw uri.Bad($"frames={text} is no number of frames");
        return new(format, rate, frames);
    }

    private protected override FrameSource OpenAsIs(SourceOptions options) => new TestPattern(Format, Rate, options.Loop ? null : Frames);

    static bool TryParseSize(string text, out FrameFormat format)
    {
        format = default;
        var parts = text.Split('x');
        if (parts.Length != 2 || !int.TryParse(parts[0], out var width) || !int.TryParse(parts[1], out var height))
            return false;
        format = new(width, height);
        return width is >= BarCode.SmallestWidth and <= FrameFormat.MaximumWidth && height is >= BarCode.SmallestHeight and <= FrameFormat.MaximumHeight;
    }
}
