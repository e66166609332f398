using FastCam.Video.Frames;

namespace FastCam.Video.FFmpeg;

/// <summary>The arguments that have FFmpeg read raw frames in NUT from standard input, and write a video file.</summary>
static class FFmpegOutput
{
    // The container by the file's extension. All are readable up to the last half second after a kill at any moment.
    static readonly Dictionary<string, string[]> Containers = new(StringComparer.OrdinalIgnoreCase)
    {
        [".mp4"] = ["-f", "mp4", .. Fragments],
        [".mov"] = ["-f", "mov", .. Fragments],
        [".mkv"] = ["-f", "matroska", "-cluster_time_limit", "500"],
    };

    /// <summary>For people.</summary>
    public const string Extensions = ".mp4, .mov or .mkv";

    static string[] Fragments => ["-movflags", "+empty_moov+default_base_moof", "-frag_duration", "500000"];

    public static bool CanWrite(string path) => Containers.ContainsKey(Path.GetExtension(path));

    /// <summary>The arguments for one file.</summary>
    public static string[] File(FFmpegTool tool, VideoEncoder encoder, FrameFormat format, string path) =>
    [
        "-hide_banner", "-nostdin", "-loglevel", "error", "-nostats", "-progress", "pipe:1", "-stats_period", "0.1",
        // Begin with the first frame: there is nothing to find out about raw frames.
        "-f", "nut", "-probesize", "32", "-analyzeduration", "0", "-fpsprobesize", "0",
        "-color_range", "pc", "-colorspace", "smpte170m", "-protocol_whitelist", "pipe", "-i", "pipe:0",
        "-vf", Filter(encoder, format), "-enc_time_base", $"1:{encoder.ClockRate}", .. tool.PassThrough,
        .. encoder.Arguments, .. Containers[Path.GetExtension(path)], "-flush_packets", "1", "-y", $"file:{path}",
    ];

    static string Filter(VideoEncoder encoder, FrameFormat format)
    {
        var range = encoder.TagsFullRange ? "null" : "scale=in_range=full:out_range=limited";
        return (format.Width | format.Height) % 2 == 0 ? range : $"{range},pad=ceil(iw/2)*2:ceil(ih/2)*2";
    }
}
