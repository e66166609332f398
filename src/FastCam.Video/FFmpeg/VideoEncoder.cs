namespace FastCam.Video.FFmpeg;

/// <summary>One of FFmpeg's video encoders, as it is used here: fast, in order, no frame held back.</summary>
/// <param name="Name">FFmpeg's name.</param>
/// <param name="ClockRate">Ticks a second of its timestamps.</param>
/// <param name="TagsFullRange">Its stream says that samples are full-range; if it cannot, they are converted.</param>
/// <param name="Arguments">FFmpeg's.</param>
sealed record VideoEncoder(string Name, int ClockRate, bool TagsFullRange, string[] Arguments)
{
    // fps=60 sets the level that players go by; FFmpeg would derive the highest there is from the clock rate.
    static readonly VideoEncoder[] Preferred =
    [
        new("libx264", 90_000, true, ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-crf", "21", "-x264-params", "fps=60", "-pix_fmt", "yuv420p"]),
        new("libopenh264", 90_000, false, ["-c:v", "libopenh264", "-b:v", "8M", "-pix_fmt", "yuv420p"]),
        new("mpeg4", 60_000, false, ["-c:v", "mpeg4", "-q:v", "3", "-bf", "0", "-pix_fmt", "yuv420p"]), // its clock has 16 bits
    ];

    /// <summary>The one that every FFmpeg has.</summary>
    public static VideoEncoder LastResort => Preferred[^1];

    /// <summary>The best one that this FFmpeg has.</summary>
    /// <exception cref="MediaException">It has none.</exception>
    public static VideoEncoder Choose(FFmpegTool tool)
    {
        foreach (var encoder in Preferred)
        {
            if (tool.Encoders.Contains(encoder.Name))
                return encoder;
        }

        throw new MediaException(MediaFault.ToolMissing, $"FFmpeg {tool.VersionText} ({tool.Path}) has no encoder that is used here: install one with libx264.");
    }
}
