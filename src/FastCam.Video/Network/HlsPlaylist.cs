using System.Globalization;
using System.Text.RegularExpressions;

namespace FastCam.Video.Network;

/// <summary>A playlist of HTTP Live Streaming (RFC 8216), as far as playing one stream of clear segments needs it.</summary>
/// <param name="Variants">Of a master playlist: each stream's bandwidth and address.</param>
/// <param name="Segments">Of a media playlist: each segment's number and address.</param>
/// <param name="Initialisation">The address of what precedes fragmented MP4; null with MPEG-TS.</param>
/// <param name="Target">The longest a segment lasts.</param>
/// <param name="IsComplete">No segment will be added.</param>
/// <param name="IsEncrypted">Segments are encrypted.</param>
sealed partial record HlsPlaylist(
    IReadOnlyList<(long Bandwidth, Uri Address)> Variants, IReadOnlyList<(long Number, Uri Address)> Segments, Uri? Initialisation, TimeSpan Target, bool IsComplete, bool IsEncrypted)
{
    /// <param name="text">The playlist.</param>
    /// <param name="place">Its own address, from which others are counted.</param>
    public static HlsPlaylist Parse(string text, Uri place)
    {
        var variants = new List<(long, Uri)>();
        var segments = new List<(long, Uri)>();
        Uri? initialisation = null;
        var (number, target, bandwidth) = (0L, TimeSpan.FromSeconds(6), -1L);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("#EXT-X-STREAM-INF:", StringComparison.Ordinal))
                bandwidth = Bandwidth().Match(line) is { Success: true } match ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
            else if (line.StartsWith("#EXT-X-MEDIA-SEQUENCE:", StringComparison.Ordinal))
                number = Number(line);
            else if (line.StartsWith("#EXT-X-TARGETDURATION:", StringComparison.Ordinal))
                target = TimeSpan.FromSeconds(Math.Clamp(Number(line), 1, 60));
            else if (line.StartsWith("#EXT-X-MAP:", StringComparison.Ordinal) && Address().Match(line) is { Success: true } map)
                initialisation = Resolve(place, map.Groups[1].Value);
            else if (line[0] == '#')
                continue;
            else if (bandwidth >= 0)
                (_, bandwidth) = (Add(variants, (bandwidth, Resolve(place, line))), -1);
            else
                segments.Add((number++, Resolve(place, line)));
        }

        return new(variants, segments, initialisation, target, text.Contains("#EXT-X-ENDLIST"), text.Contains("#EXT-X-KEY:") && !text.Contains("METHOD=NONE"));
    }

    static bool Add<T>(List<T> list, T item)
    {
        list.Add(item);
        return true;
    }

    static long Number(string line) => long.TryParse(line[(line.IndexOf(':') + 1)..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    // A playlist names only what the network has: never a file of ours.
    static Uri Resolve(Uri place, string text) =>
        Uri.TryCreate(place, text, out var address) && address.Scheme is "http" or "https" ? address : throw new InvalidDataException("the playlist names what is no address on the network");

    [GeneratedRegex(@"[:,]BANDWIDTH=(\d{1,15})")]
    private static partial Regex Bandwidth();

    [GeneratedRegex(@"URI=""([^""]*)""")]
    private static partial Regex Address();
}
