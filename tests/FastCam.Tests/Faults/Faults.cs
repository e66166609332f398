namespace FastCam.Tests.Faults;

/// <summary>How the fault suite runs: once through each case by default, and 50 times with <c>make long faults</c>.</summary>
static class Faults
{
    const string Variable = "FASTCAM_FAULT_REPEATS";

    public static int Repeats { get; } = int.TryParse(Environment.GetEnvironmentVariable(Variable), out var repeats) ? repeats : 1;

    /// <summary>Enough repeats to fit growth to them.</summary>
    public static bool IsLong => Repeats >= 20;

    /// <summary>
    /// The long form is alone on its machine: times are held to the letter. The short one follows other tests, on machines that have
    /// other work: it allows four times as much, and five seconds. What was measured is in <see cref="Figures"/>.
    /// </summary>
    public static TimeSpan Within(double seconds) => TimeSpan.FromSeconds(IsLong ? seconds : 4 * seconds + 5);

    /// <summary>Of a core, while nothing answers. In the short form the waits are short, and what others do on the machine makes each look dearer.</summary>
    public static double MostWhileWaiting => IsLong ? 0.02 : 0.05;

    /// <summary>Plays a fault by each backend: one after the other in the long form, at once in the short one. Without GStreamer it is played by FFmpeg, and said to be skipped.</summary>
    public static void WithEachBackend(Action<string> play)
    {
        if (!HasGStreamer || IsLong)
            play("ffmpeg");
        if (HasGStreamer && IsLong)
            play("gstreamer");
        if (HasGStreamer && !IsLong)
            Task.WhenAll(Task.Factory.StartNew(() => play("ffmpeg"), TaskCreationOptions.LongRunning), Task.Factory.StartNew(() => play("gstreamer"), TaskCreationOptions.LongRunning)).GetAwaiter().GetResult();
        RequireGStreamer();
    }

    static bool HasGStreamer => File.Exists("/usr/bin/gst-launch-1.0");

    public static void RequireRtspServer() => Assert.SkipUnless(RtspServer.IsInstalled, "needs the GStreamer RTSP server (apt-get install gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly)");

    public static void RequireGStreamer() => Assert.SkipUnless(HasGStreamer, "needs GStreamer (apt-get install gstreamer1.0-tools gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav)");

    public static void RequireCamera() => Assert.SkipUnless(TestCamera.CanBeBuilt, "needs a C compiler (apt-get install gcc libc6-dev) on Linux");
}

/// <summary>Faults whose times are measured are played one after another, and after all other tests. Those of other classes run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultCollection
{
    public const string Name = "faults";
}
