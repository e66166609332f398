using FastCam.Video.FFmpeg;

namespace FastCam.Video.Sources;

/// <summary>The hardware that FFmpeg decodes on.</summary>
/// <param name="Arguments">FFmpeg's arguments, before its input.</param>
/// <param name="Notice">A sentence for the user; null when there is nothing to say.</param>
public sealed record HardwareDecoder(IReadOnlyList<string> Arguments, string? Notice)
{
    /// <summary>The name of decoding on the CPU.</summary>
    public const string None = "none";

    /// <summary>The name of the first hardware that is there and works.</summary>
    public const string Auto = "auto";

    const string V4l2 = "v4l2m2m";

    // These tests show, without starting anything, whether the hardware may be there.
    static readonly (string Name, Func<bool> MayBeThere)[] Known =
    [
        // The files are those of a card, of a Jetson, and of Windows beneath Linux.
        ("cuda", () => OperatingSystem.IsWindows()
            || File.Exists("/dev/nvidia0") || File.Exists("/dev/nvhost-ctrl") || File.Exists("/dev/dxg")),
        ("d3d11va", OperatingSystem.IsWindows),
        ("vaapi", () => OperatingSystem.IsLinux() && Directory.Exists("/dev/dri") && Directory.GetFiles("/dev/dri", "renderD*").Length > 0),
        (V4l2, () => File.Exists("/dev/video10") || File.Exists("/dev/video-dec0")), // the first is a Raspberry Pi's, the second other boards'
    ];

    /// <summary>
    /// Whether it decodes H.264 and nothing else. FFmpeg does not fall back to another decoder then, so it must be asked for by name.
    /// </summary>
    internal bool IsForH264Alone { get; private init; }

    /// <summary>The names that can be chosen.</summary>
    public static IReadOnlyList<string> Choices { get; } = [Auto, None, .. Known.Select(known => known.Name)];

    /// <summary>Chooses by name.</summary>
    /// <exception cref="MediaException">The one named is not here.</exception>
    internal static HardwareDecoder Choose(FFmpegTool tool, string name) => Choose(
        name,
        known => known == V4l2 ? tool.Decoders.Contains("h264_v4l2m2m") : tool.Accelerators.Contains(known),
        known => Known.First(one => one.Name == known).MayBeThere() && (known == V4l2 || tool.Starts(known)));

    /// <summary>Chooses by name.</summary>
    /// <param name="name">One of <see cref="Choices"/>.</param>
    /// <param name="isBuiltIn">Whether FFmpeg was built for it.</param>
    /// <param name="works">
    /// Whether its device opens. That its file is there means little: every board with a display has one of vaapi's, and FFmpeg
    /// ends where a driver is missing.
    /// </param>
    /// <exception cref="MediaException">The one named is not here.</exception>
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
            throw Missing($"This FFmpeg was built without {name}: choose auto, or name another FFmpeg in {FFmpegTool.Variable}.");
        return works(name)
            ? On(name)
            : throw Missing($"There is no hardware for {name} on this machine, or its driver is missing: choose auto.");
    }

    static MediaException Missing(string sentence) => new(MediaFault.ToolMissing, sentence) { Setting = "hwaccel" };

    static HardwareDecoder On(string name)
    {
        if (name != V4l2)
            return new(["-hwaccel", name], $"Decoding on {name} where it knows the codec, else on the CPU.");
        const string OnlyH264 = "Decoding on this board's own decoder of H.264 (v4l2m2m): another codec is not played; decode those on the CPU.";
        return new(["-c:v", "h264_v4l2m2m"], OnlyH264) { IsForH264Alone = true };
    }
}
