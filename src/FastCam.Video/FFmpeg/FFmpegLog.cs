using System.Text;
using System.Text.RegularExpressions;

namespace FastCam.Video.FFmpeg;

/// <summary>Turns what FFmpeg said on its standard error into one sentence that its reader can act on.</summary>
static partial class FFmpegLog
{
    /// <summary>The Debian packages that bring GStreamer's usual decoders.</summary>
    public const string GStreamerPlugins = "gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav";

    const string Tool = "FFmpeg";
    const int LongestQuote = 160;
    const int Killed = 128 + 9; // .NET gives SIGKILL as this exit code

    /// <summary>Explains why <paramref name="source"/> gave no frame at all.</summary>
    public static MediaException Unreadable(string source, string log, string tool = Tool) => log switch
    {
        _ when log.Contains("No such file or directory") => new(MediaFault.SourceNotFound, $"{source} does not exist."),
        _ when log.Contains("Permission denied") => new(MediaFault.SourceUnreadable, $"{source} may not be read: permission denied."),
        _ when log.Contains("Format not on whitelist") => new(
            MediaFault.SourceUnreadable, $"{source} is not opened: it is a playlist, or a format that is not on the list of those opened."),
        _ when log.Contains("moov atom not found") => new(
            MediaFault.SourceUnreadable, $"{source} is not opened: it is no video, or was cut off before its index was written."),
        _ when IsCutImage(log) => CutImage(source),
        _ when log.Contains("Device or resource busy") => new(
            MediaFault.SourceUnreadable, $"{source} is in use: end the program that has it."),
        _ when log.Contains("No such device") => new(MediaFault.SourceFailed, $"{source} was unplugged."),
        _ when BadPipeline().Match(log) is { Success: true } match => new(
            MediaFault.BadUri,
            $"GStreamer cannot build its pipeline ({match.Groups["reason"].Value}): check the decoder that was asked for, and that its "
            + "plug-in is installed.")
        { Setting = "gst-decoder", Recovery = Recovery.None },
        _ when log.Contains("missing a plug-in") => new(
            MediaFault.ToolMissing, $"{source} cannot be decoded: GStreamer has no plug-in for it (apt-get install {GStreamerPlugins}).")
        { Recovery = Recovery.None },
        // GStreamer decodes what there is, and then finds nothing that takes it.
        _ when log.Contains("matches no streams") || log.Contains("reason not-linked") =>
            new(MediaFault.SourceUnreadable, $"{source} has no video in it.") { Recovery = Recovery.None },
        _ => new(MediaFault.SourceUnreadable, $"{source} is no video or image that {tool} can read{Quote(log, tool)}."),
    };

    /// <summary>Explains why a source ended before its end; null when the log does not say that it did.</summary>
    public static string? WhyCut(string log) => log.Contains("partial file") ? "the file is cut off" : null;

    /// <summary>Returns the size of an image that FFmpeg found too large; null when the log says nothing of it.</summary>
    public static string? TooLarge(string log) => RefusedSize().Match(log) is { Success: true } match ? match.Groups["size"].Value : null;

    /// <summary>Whether an image's file ended before the image. FFmpeg decodes what there is and calls that a success.</summary>
    public static bool IsCutImage(string log) =>
        log.Contains("overread") || log.Contains("not enough data") || log.Contains("chunk too big") || log.Contains("greater than image size");

    /// <summary>The error of an image whose file ended before the image.</summary>
    public static MediaException CutImage(string path, Exception? inner = null) =>
        new(MediaFault.SourceUnreadable, $"{path} is cut off or damaged: get the whole file.", inner);

    /// <summary>Explains why an encoder ended before it had written everything.</summary>
    /// <param name="code">Its exit code; null when it had to be killed.</param>
    /// <param name="log">What it said.</param>
    public static string WhyEncodingEnded(int? code, string log) => code switch
    {
        null => "the encoder hung and was ended",
        _ when log.Contains("No space left on device") => "the disk is full",
        Killed => "the encoder was killed",
        0 => "the encoder did not confirm every frame",
        _ => $"the encoder ended with code {code}{Quote(log)}",
    };

    /// <summary>Quotes the last line of a log, as an addition to a sentence; empty when the log is.</summary>
    public static string Quote(string log, string tool = Tool)
    {
        var lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0)
            return "";
        // GStreamer goes on after its error with lines that say less.
        var last = lines.LastOrDefault(said => said.StartsWith("ERROR:", StringComparison.Ordinal)) ?? lines[^1];
        return $" ({tool}: {Shorten(Component().Replace(last, ""))})";
    }

    /// <summary>Cuts a line to 160 characters, without the full stop at its end.</summary>
    public static string Shorten(string line)
    {
        line = line.TrimEnd('.');
        return line.Length > LongestQuote ? line[..LongestQuote] + "…" : line;
    }

    [GeneratedRegex("Picture size (?<size>[0-9]+x[0-9]+) (is invalid|exceeds)", RegexOptions.ExplicitCapture)]
    private static partial Regex RefusedSize();

    [GeneratedRegex(@"erroneous pipeline: (?<reason>.*)")]
    private static partial Regex BadPipeline();

    [GeneratedRegex(@"^((\[[^\]]* @ 0x[0-9a-f]+\] )+|ERROR: (from element \S+ )?)")]
    private static partial Regex Component();
}

/// <summary>The end of what a child process said on its standard error, in bounded memory.</summary>
sealed class LogTail
{
    readonly Lock _gate = new();
    readonly byte[] _bytes = new byte[8192];
    int _length;

    public void Append(ReadOnlySpan<byte> text)
    {
        lock (_gate)
        {
            if (text.Length > _bytes.Length / 2)
                text = text[^(_bytes.Length / 2)..];
            if (_length + text.Length > _bytes.Length)
            {
                _bytes.AsSpan(_length / 2, _length - _length / 2).CopyTo(_bytes);
                _length -= _length / 2;
            }

            text.CopyTo(_bytes.AsSpan(_length));
            _length += text.Length;
        }
    }

    public override string ToString()
    {
        lock (_gate)
            return Encoding.UTF8.GetString(_bytes, 0, _length);
    }
}

/// <summary>Adds up FFmpeg's "RTP: missed 3 packets" while its log streams by, in pieces of any size.</summary>
sealed class MissedPackets
{
    long _count;
    long _number;
    int _matched; // letters of the pattern that have matched; when all have, digits follow

    static ReadOnlySpan<byte> Pattern => "RTP: missed "u8;

    public long Count => Volatile.Read(ref _count);

    public void Read(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            if (_matched == 0)
            {
                var start = text.IndexOf(Pattern[0]);
                if (start < 0)
                    return;
                text = text[start..];
            }

            Take(text[0]);
            text = text[1..];
        }
    }

    void Take(byte letter)
    {
        if (_matched < Pattern.Length)
        {
            _matched = letter == Pattern[_matched] ? _matched + 1 : letter == Pattern[0] ? 1 : 0;
            return;
        }

        if (letter is >= (byte)'0' and <= (byte)'9' && _number < int.MaxValue)
        {
            _number = 10 * _number + letter - '0';
            return;
        }

        Volatile.Write(ref _count, _count + _number);
        (_number, _matched) = (0, letter == Pattern[0] ? 1 : 0);
    }
}
