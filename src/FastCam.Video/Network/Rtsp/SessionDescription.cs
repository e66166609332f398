using System.Text;

namespace FastCam.Video.Network.Rtsp;

/// <summary>What a server says of a stream before it plays it (SDP, RFC 8866), as far as it tells whether there is video.</summary>
static class SessionDescription
{
    const int LongestKind = 20; // what a server calls its media is shown

    /// <summary>Returns the kinds of media that are described, such as <c>video</c> and <c>audio</c>, each once.</summary>
    public static IReadOnlyList<string> Media(ReadOnlySpan<byte> text) =>
        [.. Encoding.Latin1.GetString(text).Split('\n').Where(line => line.StartsWith("m=", StringComparison.Ordinal)).Select(Kind).Distinct()];

    static string Kind(string line) => new([.. line.AsSpan(2).ToArray().TakeWhile(char.IsAsciiLetter).Take(LongestKind)]);
}
