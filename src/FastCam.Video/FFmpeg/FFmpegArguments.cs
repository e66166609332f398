using FastCam.Video.Frames;

namespace FastCam.Video.FFmpeg;

/// <summary>The arguments by which FFmpeg reads a file, and those by which it writes raw frames in NUT to its standard output.</summary>
static class FFmpegInput
{
    // A playlist opens whatever it names, so only formats that hold their frames themselves are opened.
    public const string Containers =
        "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,ogg,asf,nut,gif,apng,h264,hevc,m4v,mjpeg,ivf,obu,"
        + "dv,mxf,yuv4mpegpipe";

    /// <summary>The arguments for a video file.</summary>
    public static string[] Video(FFmpegTool tool, string path, bool loop) =>
        [.. Open(path, ["-stream_loop", loop ? "-1" : "0", "-format_whitelist", Containers]), .. RawFrames(tool)];

    /// <summary>The arguments for an image in a known format, which is written as a portable arbitrary map with opacity.</summary>
    public static string[] Still(string path, string demuxer, long mostPixels) =>
    [
        .. Open(path, ["-max_pixels", $"{mostPixels}", "-f", demuxer]),
        "-map", "0:V:0", "-vf", "scale=flags=bilinear+accurate_rnd+full_chroma_int+full_chroma_inp,format=rgba",
        "-frames:v", "1", "-c:v", "pam", "-f", "image2pipe", "pipe:1",
    ];

    /// <summary>The arguments for raw or nearly raw video on standard input.</summary>
    public static string[] Pipe(FFmpegTool tool) =>
    [
        "-hide_banner", "-nostdin", "-loglevel", "error",
        "-protocol_whitelist", "pipe", "-format_whitelist", "nut,yuv4mpegpipe", "-i", "pipe:0", .. RawFrames(tool),
    ];

    static string[] Open(string path, string[] input) =>
    [
        "-hide_banner", "-nostdin", "-loglevel", "error",
        "-protocol_whitelist", "file", .. input, "-i", $"file:{path}",
    ];

    /// <summary>The arguments that follow every input: for full-range BT.601 I420 in NUT on standard output.</summary>
    public static string[] RawFrames(FFmpegTool tool, params string[] more) =>
    [
        "-map", "0:V:0", // a capital V leaves cover images out
        "-vf", "scale=out_range=full:out_color_matrix=bt601,format=yuv420p", .. more,
        "-enc_time_base", "1:90000", .. tool.PassThrough, // without these, timestamps snap to the frame rate's grid
        "-c:v", "rawvideo", "-threads", "1", // each further thread would keep a frame back until the next one comes
        "-f", "nut", "-write_index", "0", "pipe:1", // an index would grow in FFmpeg's memory for ever
    ];
}

/// <summary>The arguments by which FFmpeg reads raw frames in NUT from its standard input, and writes a video file.</summary>
static class FFmpegOutput
{
    // The container follows from the file's extension. Killed at any moment, each file is readable up to its last half second.
    static readonly Dictionary<string, string[]> Containers = new(StringComparer.OrdinalIgnoreCase)
    {
        [".mp4"] = ["-f", "mp4", .. Fragments],
        [".mov"] = ["-f", "mov", .. Fragments],
        [".mkv"] = ["-f", "matroska", "-cluster_time_limit", "500"],
    };

    /// <summary>The extensions that can be written, as a display text.</summary>
    public const string Extensions = ".mp4, .mov or .mkv";

    static string[] Fragments => ["-movflags", "+empty_moov+default_base_moof", "-frag_duration", "500000"];

    public static bool CanWrite(string path) => Containers.ContainsKey(Path.GetExtension(path));

    /// <summary>The arguments for writing one file.</summary>
    public static string[] File(FFmpegTool tool, VideoEncoder encoder, FrameFormat format, string path) =>
    [
        "-hide_banner", "-nostdin", "-loglevel", "error", "-nostats", "-progress", "pipe:1", "-stats_period", "0.1",
        // FFmpeg begins with the first frame, since there is nothing to find out about raw frames.
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

/// <summary>One of FFmpeg's video encoders, set so that it is fast, keeps the order, and holds no frame back.</summary>
/// <param name="Name">FFmpeg's name.</param>
/// <param name="ClockRate">Ticks a second of its timestamps.</param>
/// <param name="TagsFullRange">Whether its stream says that samples are full-range; if it cannot, they are converted.</param>
/// <param name="Arguments">FFmpeg's arguments.</param>
sealed record VideoEncoder(string Name, int ClockRate, bool TagsFullRange, string[] Arguments)
{
    static readonly VideoEncoder[] Preferred =
    [
        new("libx264", 90_000, true,
        [
            "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-crf", "21",
            "-x264-params", "fps=60", // it sets the level that players go by; FFmpeg would derive the highest from the clock rate
            "-pix_fmt", "yuv420p",
        ]),
        new("libopenh264", 90_000, false, ["-c:v", "libopenh264", "-b:v", "8M", "-pix_fmt", "yuv420p"]),
        new("mpeg4", 60_000, false, ["-c:v", "mpeg4", "-q:v", "3", "-bf", "0", "-pix_fmt", "yuv420p"]), // its clock has 16 bits
    ];

    /// <summary>The encoder that every FFmpeg has.</summary>
    public static VideoEncoder LastResort => Preferred[^1];

    /// <summary>Chooses the best encoder that this FFmpeg has.</summary>
    /// <exception cref="MediaException">It has none.</exception>
    public static VideoEncoder Choose(FFmpegTool tool)
    {
        foreach (var encoder in Preferred)
        {
            if (tool.Encoders.Contains(encoder.Name))
                return encoder;
        }

        throw new MediaException(
            MediaFault.ToolMissing, $"FFmpeg {tool.VersionText} ({tool.Path}) has no encoder that is used here: install one with libx264.");
    }
}
