using FastCam.Cli;
using FastCam.Video.Capture;
using FastCam.Video.FFmpeg;

namespace FastCam.Tests.Faults;

/// <summary>What captures RTSP where nobody says: the quicker backend where it is installed and has what the stream needs, otherwise FFmpeg.</summary>
public sealed class QuickestCaptureTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public QuickestCaptureTests() => Faults.RequireRtspServer();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_GStreamer_where_that_is_installed()
    {
        Faults.RequireGStreamer();
        using var server = new RtspServer();
        using var run = LiveRun.StartAsItStands(server.Url("test"), []);
        run.WaitFor("running");

        Assert.Contains(Resources.Descendants(run.ProcessId), child => Name(child).StartsWith("gst-launch"));
        Assert.Contains("quicker here than FFmpeg", run.Everything);
        run.Stop();
    }

    [Theory]
    [InlineData("is missing a plug-in.", "missing a plug-in")]
    [InlineData("WARNING: erroneous pipeline: no element \"rtspsrc\"", "no element at all")]
    public void Where_it_lacks_a_plug_in_FFmpeg_takes_over_at_once(string says, string what)
    {
        var fake = Fake(says);
        using var server = new RtspServer();
        using var run = LiveRun.StartAsItStands(server.Url("test"), [(GStreamer.Variable, fake)]);

        var running = run.WaitFor("running");

        Assert.True(running.At < TimeSpan.FromSeconds(8), $"{what}: frames came after {running.At}");
        Assert.Contains(run.States, said => said.Reason?.Contains("FFmpeg takes over") == true);
        Assert.Equal(1, run.Stop().GetProperty("source").GetProperty("restarts").GetInt32());
    }

    [Fact]
    public void Without_FFmpeg_what_GStreamer_lacks_is_said()
    {
        using var server = new RtspServer();
        using var run = LiveRun.StartAsItStands(
            server.Url("test"), [(GStreamer.Variable, Fake("is missing a plug-in.")), (FFmpegTool.Variable, _folder.File("no-ffmpeg"))]);

        Assert.Equal((int)ExitCode.ToolMissing, run.Exit());
        Assert.Contains("GStreamer has no plug-in for it (apt-get install", run.Everything);
    }

    [Fact]
    public void What_is_asked_of_FFmpeg_alone_is_captured_by_it()
    {
        using var server = new RtspServer();
        using var run = LiveRun.StartAsItStands(server.Url("test"), [], "--capture", "ffmpeg");
        run.WaitFor("running");

        Assert.Contains(Resources.Descendants(run.ProcessId), child => Name(child) == "ffmpeg");
        run.Stop();
    }

    string Fake(string says)
    {
        var fake = _folder.File("gst-launch-1.0");
        File.WriteAllText(fake, $"#!/bin/sh\necho '{says}' >&2\nexit 1\n");
        Assert.Equal(0, RtspServer.Execute("chmod", "700", fake));
        return fake;
    }

    static string Name(int process) => File.ReadAllText($"/proc/{process}/comm").Trim();
}
