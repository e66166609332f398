using FastCam.Video.FFmpeg;
using FastCam.Video.Live;
using FastCam.Video.Network;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>Listens at an address of this machine for a stream that somebody sends there.</summary>
/// <param name="address">The address; its host is this machine's, or a group, or empty for every address of this machine.</param>
/// <param name="script">What FFmpeg is to open.</param>
/// <param name="capture">What captures.</param>
sealed class ListenConnector(StreamAddress address, FFmpegScript script, FFmpegCapture capture) : Connector
{
    public override string Name { get; } = address.ToString();

    public override string? Notice => capture.Notice;

    public override string Awaits => $"{Name} waits for a sender.";

    public override FrameSource Connect(CancellationToken stop) => new FFmpegSource(capture.Script(Name, script) with
    {
        Companion = new ScriptFeed(Name, script),
        IsLive = true,
        Explain = log => WhyNot(Name, log),
    });

    /// <summary>Explains why a child cannot listen; null when what it said tells of nothing like that.</summary>
    public static MediaException? WhyNot(string name, string log) => log switch
    {
        _ when log.Contains("Address already in use") => Fault(name, "another program has the port: end that, or give another port", Recovery.BackOff),
        _ when log.Contains("Cannot assign requested address") => Fault(
            name, "its host is no address of this machine, where packets are to come: leave the host out, or give an address of this machine", Recovery.None),
        _ when log.Contains("Permission denied") => Fault(name, "this user may not have that port: give one above 1023", Recovery.None),
        _ => null,
    };

    static MediaException Fault(string name, string why, Recovery recovery) =>
        new(MediaFault.SourceUnreadable, $"Nothing can be received at {name}, since {why}.") { Recovery = recovery };
}
