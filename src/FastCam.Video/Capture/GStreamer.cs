using FastCam.Video.FFmpeg;

namespace FastCam.Video.Capture;

/// <summary>GStreamer's launcher on this machine.</summary>
public static class GStreamer
{
    /// <summary>The environment variable that names the program when it is not on the PATH.</summary>
    public const string Variable = "FASTCAM_GST_LAUNCH";

    /// <summary>The command that installs it, on Debian.</summary>
    public const string Installation = "apt-get install gstreamer1.0-tools gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav";

    internal const string Program = "gst-launch-1.0";

    /// <summary>Where it is; null where it is not.</summary>
    /// <exception cref="MediaException">The variable names what does not exist.</exception>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } named) return Executable.Find(Program, Environment.GetEnvironmentVariable("PATH"));
        return File.Exists(named) ? Path.GetFullPath(named) : throw new MediaException(MediaFault.ToolMissing, $"{Variable} names {named}, which does not exist.");
    }
}
