using System.Diagnostics;
using System.Globalization;

namespace FastCam.Tests.Video;

/// <summary>FFmpeg and ffprobe themselves, to make clips and to judge what the program wrote.</summary>
static class MediaTools
{
    public static void FFmpeg(params string[] arguments) => Run("ffmpeg", ["-hide_banner", "-nostdin", "-loglevel", "error", "-y", .. arguments]);

    /// <summary>Returns one entry of every video frame, or of the stream, of a file.</summary>
    public static string[] Probe(string path, string entries) =>
        Run("ffprobe", ["-v", "error", "-select_streams", "v:0", "-show_entries", entries, "-of", "csv=p=0", path])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line.Trim(',')).ToArray();

    public static double[] FrameTimes(string path) =>
        Probe(path, "frame=pts_time").Select(time => double.Parse(time, CultureInfo.InvariantCulture)).ToArray();

    static string Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {error.Result}");
        return output;
    }
}
