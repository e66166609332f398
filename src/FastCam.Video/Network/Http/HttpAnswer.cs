using System.Text;
using System.Text.RegularExpressions;

namespace FastCam.Video.Network.Http;

/// <summary>What a server's answer is, by its first bytes: servers misstate types, or state none.</summary>
static partial class HttpAnswer
{
    /// <summary>So many bytes tell.</summary>
    public const int StartBytes = 64;

    /// <summary>Whether it is a playlist of HLS.</summary>
    public static bool IsPlaylist(ReadOnlySpan<byte> start) => Text(start).StartsWith("#EXTM3U", StringComparison.Ordinal);

    /// <summary>Whether it begins with a JPEG image.</summary>
    public static bool IsJpeg(ReadOnlySpan<byte> start) => start is [0xFF, 0xD8, 0xFF, ..];

    /// <summary>Whether it begins with a boundary, or with a part's header where the first boundary is left out.</summary>
    public static bool IsParts(ReadOnlySpan<byte> start) => Part().IsMatch(Text(start));

    /// <summary>The name of what is no stream, as a display text; null where its type has to tell.</summary>
    public static string? NameOfOther(ReadOnlySpan<byte> start) => start switch
    {
        [] => "nothing",
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "an image in PNG",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "an image in WebP",
        _ => Text(start) switch
        {
            ['<', ..] => "a page in HTML or XML",
            ['{' or '[', ..] => "data in JSON",
            _ => null,
        },
    };

    static string Text(ReadOnlySpan<byte> start) => Encoding.Latin1.GetString(start.StartsWith("\uFEFF"u8) ? start[3..] : start).TrimStart();

    [GeneratedRegex(@"^(--|(content-|x-)[\w-]+[ \t]*:)", RegexOptions.IgnoreCase)]
    private static partial Regex Part();
}
