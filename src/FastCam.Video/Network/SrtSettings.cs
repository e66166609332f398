using FastCam.Video.FFmpeg;

namespace FastCam.Video.Network;

/// <summary>What two programs have to agree on to speak SRT.</summary>
/// <param name="StreamId">What a caller asks for; null: nothing. It may be a credential.</param>
/// <param name="Passphrase">What the stream is encrypted with; null: it is not.</param>
/// <param name="Latency">How long lost packets may take to come after all; null: 120 ms, as SRT has it.</param>
sealed record SrtSettings(string? StreamId = null, string? Passphrase = null, TimeSpan? Latency = null)
{
    const int ShortestPassphrase = 10, LongestPassphrase = 79, LongestStreamId = 512;

    /// <summary>Returns what FFmpeg is to open.</summary>
    /// <param name="place">Host and port.</param>
    /// <param name="mode"><c>caller</c> or <c>listener</c>.</param>
    /// <exception cref="MediaException">A setting is none that SRT takes.</exception>
    public FFmpegScript Script(string place, string mode)
    {
        if (Passphrase is { Length: < ShortestPassphrase or > LongestPassphrase })
        {
            throw new MediaException(
                MediaFault.BadUri, $"A passphrase for SRT has {ShortestPassphrase} to {LongestPassphrase} characters: give the sender's.")
            { Setting = "login" };
        }

        if (StreamId?.Length > LongestStreamId)
            throw new MediaException(MediaFault.BadUri, $"A stream's id for SRT has {LongestStreamId} characters at most: give a shorter one.");
        return TransportStream.Options(new FFmpegScript($"srt://{place}?mode={mode}", "srt", TransportStream.Container)
            .With("passphrase", Passphrase).Hiding(Passphrase)
            .With("streamid", StreamId).Hiding(StreamId)
            .With("latency", Latency is { } latency ? $"{latency.TotalMicroseconds:F0}" : null));
    }

    /// <summary>Shows no credentials.</summary>
    public override string ToString() => "SRT settings";
}

/// <summary>MPEG-TS as it comes over a network.</summary>
static class TransportStream
{
    /// <summary>FFmpeg's name.</summary>
    public const string Container = "mpegts";

    /// <summary>FFmpeg begins with the first frame: what the stream holds, its own tables say.</summary>
    public static FFmpegScript Options(FFmpegScript script) => script.With("probesize", "32").With("analyzeduration", "0").With("fpsprobesize", "0");
}
