using FastCam.Video.FFmpeg;

namespace FastCam.Video.Sources;

/// <summary>The hardware that FFmpeg decodes on.</summary>
/// <param name="Arguments">FFmpeg's, before its input.</param>
/// <param name="Notice">A sentence for the user; null when there is nothing to say.</param>
public sealed record HardwareDecoder(IReadOnlyList<string> Arguments, string? Notice)
{
    /// <summary>Decode on the CPU.</summary>
    public const string None = "none";

    /// <summary>The first that is there.</summary>
    public const string Auto = "auto";

    const string V4l2 = "v4l2m2m";

    // What shows, without starting anything, that the hardware may be there.
    static readonly (string Name, Func<bool> MayBeThere)[] Known =
    [
        ("cuda", () => OperatingSystem.IsWindows() || File.Exists("/dev/nvidia0") || File.Exists("/dev/nvhost-ctrl") || File.Exists("/dev/dxg")), // a card; a Jetson; Windows beneath Linux
        ("d3d11va", OperatingSystem.IsWindows),
        ("vaapi", () => OperatingSystem.IsLinux() && Directory.Exists("/dev/dri") && Directory.GetFiles("/dev/dri", "renderD*").Length > 0),
        (V4l2, () => File.Exists("/dev/video10") || File.Exists("/dev/video-dec0")), // Raspberry Pi; others
    ];

    /// <summary>It decodes H.264 and nothing else, and FFmpeg falls back to no other: it must be asked for by name.</summary>
    public bool IsForH264Alone { get; private init; }

    /// <summary>The display name.</summary>
    public static IReadOnlyList<string> Choices { get; } = [Auto, None, .. Known.Select(known => known.Name)];

    /// <summary>Chooses by name.</summary>
    /// <exception cref="MediaException">The one named is not here.</exception>
    internal static HardwareDecoder Choose(FFmpegTool tool, string name) => Choose(
        name,
        known => known == V4l2 ? tool.Decoders.Contains("h264_v4l2m2m") : tool.Accelerators.Contains(known),
        known => Known.First(one => one.Name == known).MayBeThere() && (known == V4l2 || tool.Starts(known)));

    /// <param name="name">One of <see cref="Choices"/>.</param>
    /// <param name="isBuiltIn">Whether FFmpeg was built for it.</param>
    /// <param name="works">Whether its device opens. That its file is there means little: every board with a display has one of vaapi's, and FFmpeg ends where a driver is missing.</param>
    internal static HardwareDecoder Choose(string name, Func<string, bool> isBuiltIn, Func<string, bool> works)
    {
        if (name == None)
            return new([], null);
        if (name == Auto)
        {
            var found = Known.Select(known => known.Name).FirstOrDefault(known => known != V4l2 && isBuiltIn(known) && works(known));
            return found is null ? new([], null) : On(found);
        }

        if (!Choices.Contains(name))
            throw new MediaException(MediaFault.BadUri, $"There is no hardware decoder {name}: give one of {string.Join(", ", Choices)}.");
        if (!isBuiltIn(name))
            throw new MediaException(MediaFault.ToolMissing, $"This FFmpeg was built without {name}: choose auto, or name another FFmpeg in {FFmpegTool.Variable}.") { Setting = "hwaccel" };
        return works(name) ? On(name) : throw new MediaException(MediaFault.ToolMissing, $"There is no hardware for {name} on this machine, or its driver is missing: choose auto.") { Setting = "hwaccel" };
    }

    static HardwareDecoder On(string name) => name == V4l2
        ? new(["-c:v", "h264_v4l2m2m"], "Decoding on this board's own decoder of H.264 (v4l2m2m): another codec is not played; decode those on the CPU.") { IsForH264Alone = true }
        : new(["-hwaccel", name], $"Decoding on {name} where it knows the codec, else on the CPU.");
}
