namespace FastCam.Video;

/// <summary>The hardware that FFmpeg decodes on.</summary>
/// <param name="Arguments">FFmpeg's, before its input.</param>
/// <param name="Notice">For people; null when there is nothing to say.</param>
public sealed record HardwareDecoder(IReadOnlyList<string> Arguments, string? Notice)
{
    /// <summary>Decode on the CPU.</summary>
    public const string None = "none";

    /// <summary>The first that is there.</summary>
    public const string Auto = "auto";

    const string V4l2 = "v4l2m2m";

    // What shows that the hardware is there, beside FFmpeg's being built for it.
    static readonly (string Name, Func<bool> IsThere)[] Known =
    [
        ("cuda", () => OperatingSystem.IsWindows() || File.Exists("/dev/nvidia0") || File.Exists("/dev/nvhost-ctrl")),
        ("d3d11va", OperatingSystem.IsWindows),
        ("vaapi", () => OperatingSystem.IsLinux() && Directory.Exists("/dev/dri") && Directory.GetFiles("/dev/dri", "renderD*").Length > 0),
        (V4l2, () => File.Exists("/dev/video10") || File.Exists("/dev/video-dec0")), // Raspberry Pi; others
    ];

    /// <summary>For people.</summary>
    public static IReadOnlyList<string> Choices { get; } = [Auto, None, .. Known.Select(known => known.Name)];

    /// <summary>Chooses by name.</summary>
    /// <exception cref="MediaException">The one named is not here.</exception>
    internal static HardwareDecoder Choose(FFmpegTool tool, string name) => Choose(name, IsBuiltIn(tool));

    internal static HardwareDecoder Choose(string name, Func<string, bool> isBuiltIn)
    {
        if (name == None)
            return new([], null);
        if (name == Auto)
        {
            var found = Known.FirstOrDefault(known => known.IsThere() && isBuiltIn(known.Name)).Name;
            return found is null ? new([], null) : On(found);
        }

        var (chosen, isThere) = Known.FirstOrDefault(known => known.Name == name);
        if (chosen is null)
            throw new MediaException(MediaFault.BadUri, $"There is no hardware decoder {name}: give one of {string.Join(", ", Choices)}.");
        if (!isBuiltIn(name))
            throw new MediaException(MediaFault.ToolMissing, $"This FFmpeg was built without {name}: give --hwaccel auto, or name another FFmpeg in {FFmpegTool.Variable}.");
        return isThere() ? On(name) : throw new MediaException(MediaFault.ToolMissing, $"There is no hardware for {name} on this machine: give --hwaccel auto.");
    }

    static HardwareDecoder On(string name) => new(
        name == V4l2 ? ["-c:v", "h264_v4l2m2m"] : ["-hwaccel", name],
        name == V4l2 ? "Decoding H.264 on this board's own decoder (v4l2m2m)." : $"Decoding on {name} where it knows the codec, else on the CPU.");

    static Func<string, bool> IsBuiltIn(FFmpegTool tool) => name => name == V4l2 ? tool.Decoders.Contains("h264_v4l2m2m") : tool.Accelerators.Contains(name);
}
