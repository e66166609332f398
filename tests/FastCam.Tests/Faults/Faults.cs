using FastCam.Video.Libraries;

namespace FastCam.Tests.Faults;

/// <summary>How the fault suite runs: three times through each case by default, and 50 times with <c>make long faults</c>.</summary>
static class Faults
{
    const string Variable = "FASTCAM_FAULT_REPEATS", Plugins = "gstreamer1.0-plugins-good gstreamer1.0-plugins-bad";

    /// <summary>What leaks one of something each time has then leaked two after the first.</summary>
    public const int Few = 3;

    public static int Repeats { get; } = int.TryParse(Environment.GetEnvironmentVariable(Variable), out var repeats) ? repeats : Few;

    /// <summary>Enough repeats to fit growth to them.</summary>
    public static bool IsLong => Repeats >= 20;

    /// <summary>
    /// The long form is alone on its machine: times are held to the letter. In the short one several faults are played at once, each by both
    /// backends, on machines that may have other work: it allows half as much again, and a second. What was measured is in <see cref="Figures"/>.
    /// What a test waits for beside the program (a key frame, a pause that it asked for) is not in here: the test adds it.
    /// </summary>
    public static TimeSpan Within(double seconds) => TimeSpan.FromSeconds(IsLong ? seconds : 1.5 * seconds + 1);

    /// <summary>
    /// What is to be seen while nothing answers takes its time, once in the short form, whose other repeats show what is left behind: in the last one,
    /// when the program has compiled what it needs.
    /// </summary>
    public static bool IsWhole(int repeat) => IsLong || repeat == Repeats - 1;

    /// <summary>
    /// Of a core, while nothing answers. In the short form the waits are short, and what others do on the machine makes each look dearer: it is
    /// asserted where nothing else is played, by <see cref="WaitingCostTests"/>.
    /// </summary>
    public static double MostWhileWaiting => IsLong ? 0.02 : 0.05;

    /// <summary>
    /// Plays a fault by each backend: one after the other in the long form, at once in the short one. Without GStreamer it is played by FFmpeg, and
    /// said to be skipped.
    /// </summary>
    public static void WithEachBackend(Action<string> play) => With(play, HasGStreamer ? ["ffmpeg", "gstreamer"] : ["ffmpeg"]);

    /// <summary>The same, and by OpenCV where the program was built with it: of live sources it captures cameras alone.</summary>
    public static void WithEachCameraBackend(Action<string> play)
    {
        string[] all = ["ffmpeg", .. HasGStreamer ? ["gstreamer"] : Array.Empty<string>(), .. MediaLibrary.IsThere ? ["opencv"] : Array.Empty<string>()];
        With(play, all);
    }

    static void With(Action<string> play, string[] backends)
    {
        if (IsLong)
            Array.ForEach(backends, play);
        else
            AtOnce([.. backends.Select(backend => (Action)(() => play(backend)))]).GetAwaiter().GetResult();
        RequireGStreamer();
    }

    /// <summary>Plays what mostly waits side by side, each on a thread of its own.</summary>
    public static Task AtOnce(params Action[] plays) => Task.WhenAll(plays.Select(play => Task.Factory.StartNew(play, TaskCreationOptions.LongRunning)));

    public static bool HasGStreamer => File.Exists("/usr/bin/gst-launch-1.0");

    public static void RequireRtspServer() => Assert.SkipUnless(
        RtspServer.IsInstalled, $"needs the GStreamer RTSP server (apt-get install gir1.2-gst-rtsp-server-1.0 python3-gi {Plugins} gstreamer1.0-plugins-ugly)");

    public static void RequireGStreamer() => Assert.SkipUnless(
        HasGStreamer, $"needs GStreamer (apt-get install gstreamer1.0-tools {Plugins} gstreamer1.0-libav)");

    public static void RequireOpenCv() => Assert.SkipUnless(MediaLibrary.IsThere, "the program was built without OpenCV");

    public static void RequireCamera() => Assert.SkipUnless(TestCamera.CanBeBuilt, "needs a C compiler (apt-get install gcc libc6-dev) on Linux");
}
