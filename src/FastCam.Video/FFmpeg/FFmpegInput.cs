namespace FastCam.Video.FFmpeg;

/// <summary>The arguments that have FFmpeg read a file, and those that have it write pictures as raw frames in NUT to standard output.</summary>
static class FFmpegInput
{
    // A playlist opens whatever it names, whatever its own name is; so only formats that hold their pictures themselves.
    public const string Containers =
        "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,ogg,asf,nut,gif,apng,h264,hevc,m4v,mjpeg,ivf,obu,dv,mxf,yuv4mpegpipe";

    /// <summary>A video file.</summary>
    public static string[] Video(FFmpegTool tool, string path, bool loop) =>
        Arguments(tool, path, ["-stream_loop", loop ? "-1" : "0", "-format_whitelist", Containers]);

    /// <summary>One image in a known format, written as a portable arbitrary map with opacity.</summary>
    public static string[] Still(string path, string demuxer, long mostPixels) =>
    [
        .. Open(path, ["-max_pixels", $"{mostPixels}", "-f", demuxer]),
        "-map", "0:V:0", "-vf", "scale=flags=bilinear+accurate_rnd+full_chroma_int+full_chroma_inp,format=rgba",
        "-frames:v", "1", "-c:v", "pam", "-f", "image2pipe", "pipe:1",
    ];

    /// <summary>Raw or nearly raw video on standard input.</summary>
    public static string[] Pipe(FFmpegTool tool) =>
    [
        "-hide_banner", "-nostdin", "-loglevel", "error",
        "-protocol_whitelist", "pipe", "-format_whitelist", "nut,yuv4mpegpipe", "-i", "pipe:0", .. RawFrames(tool),
    ];

    static string[] Arguments(FFmpegTool tool, string path, string[] input) =>
    [
        .. Open(path, input), .. RawFrames(tool),
    ];

    static string[] Open(string path, string[] input) =>
    [
        "-hide_banner", "-nostdin", "-loglevel", "error",
        "-protocol_whitelist", "file", .. input, "-i", $"file:{path}",
    ];

    /// <summary>What follows every input: full-range BT.601 I420 in NUT on standard output.</summary>
    public static string[] RawFrames(FFmpegTool tool, params string[] more) =>
    [
        .. Planes(more),
        "-enc_time_base", "1:90000", .. tool.PassThrough, // else timestamps snap to the frame rate's grid
        "-c:v", "rawvideo", "-f", "nut", "-write_index", "0", "pipe:1", // an index would grow in FFmpeg's memory for ever
    ];

    static string[] Planes(params string[] more) =>
    [
        "-map", "0:V:0", // V: a cover picture is no video
        "-vf", "scale=out_range=full:out_color_matrix=bt601,format=yuv420p", .. more,
    ];
}
