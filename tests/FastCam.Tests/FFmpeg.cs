using System.Diagnostics;

namespace FastCam.Tests;

/// <summary>FFmpeg's own tools, as an outside reader and maker of files.</summary>
static class FFmpeg
{
    public static byte[] Run(params string[] arguments) => Execute("ffmpeg", ["-nostdin", "-v", "error", "-y", .. arguments]);

    /// <summary>All frames of a file as raw pixels.</summary>
    public static byte[] Decode(string path, string pixelFormat, params string[] filters) =>
        Run(["-i", path, "-fps_mode", "passthrough", .. filters, "-f", "rawvideo", "-pix_fmt", pixelFormat, "pipe:1"]);

    /// <summary>What ffprobe says of the first video stream, without decoration.</summary>
    public static string Probe(string path, string entries, params string[] more) =>
        System.Text.Encoding.UTF8.GetString(
            Execute("ffprobe", ["-v", "error", "-select_streams", "v:0", .. more, "-show_entries", entries, "-of", "csv=p=0", path]))
            .Trim();

    /// <summary>Frames counted by decoding.</summary>
    public static int CountFrames(string path) => int.Parse(Probe(path, "stream=nb_read_frames", "-count_frames").Trim(','));

    /// <summary>Presentation times in seconds, in order.</summary>
    public static double[] Times(string path) =>
        [.. Probe(path, "frame=pts_time").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line.Trim(',', '\r')))];

    static byte[] Execute(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {error.Result}");
        return output.ToArray();
    }
}
