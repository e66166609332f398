using System.Diagnostics;
using System.Text;
using FastCam.Video;
using FastCam.Video.FFmpeg;

namespace FastCam.Tests.Video;

public sealed class FFmpegChildTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_child_is_out_of_reach_of_the_terminal_s_Ctrl_C() => Limited.Run(() =>
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        using var child = Endless();
        // setsid makes the session, and then replaces itself by FFmpeg.
        while (File.ReadAllText($"/proc/{child.ProcessId}/comm") != "ffmpeg\n")
            Thread.Sleep(5);
        Assert.Equal((child.ProcessId, child.ProcessId), Session(child.ProcessId));
    });

    [Fact]
    public void Dispose_ends_a_child_that_is_blocked_on_a_full_pipe() => Limited.Run(() =>
    {
        var child = Endless();
        using var process = Process.GetProcessById(child.ProcessId);
        Thread.Sleep(200);
        Assert.False(process.HasExited);
        child.Dispose();
        Assert.True(process.WaitForExit(0));
        child.Kill();
        child.Dispose();
    });

    [Fact]
    public void A_child_ends_when_its_pipes_close() => Limited.Run(() =>
    {
        // The pipes close in the same way when our process dies.
        using var child = Endless();
        child.Output.Dispose();
        Assert.NotNull(child.Exit(TimeSpan.FromSeconds(20)));
    });

    [Fact]
    public void What_a_child_says_is_kept_in_bounds() => Limited.Run(() =>
    {
        string[] arguments = ["-nostdin", "-loglevel", "debug", "-f", "lavfi", "-i", "testsrc2=d=4", "-vf", "showinfo", "-f", "null", "-"];
        using var child = new FFmpegChild(FFmpegTool.Find().Path, arguments);
        Assert.Equal(0, child.Exit(TimeSpan.FromSeconds(50)));
        Assert.InRange(child.Log.Length, 2000, 8192);
    });

    [Fact]
    public void The_log_keeps_its_end()
    {
        var log = new LogTail();
        for (var i = 0; i < 10_000; i++)
            log.Append(Encoding.UTF8.GetBytes($"line {i}\n"));
        Assert.EndsWith("line 9999\n", log.ToString());
        log.Append(new byte[100_000]);
        Assert.InRange(log.ToString().Length, 1, 8192);
    }

    [Fact]
    public void The_tool_tells_its_version_and_encoders()
    {
        var tool = FFmpegTool.Find();
        Assert.True(tool.Version >= new Version(4, 4));
        Assert.StartsWith(tool.Version.Major == 99 ? "" : $"{tool.Version}", tool.VersionText.TrimStart('n'));
        Assert.Contains("rawvideo", tool.Encoders);
        Assert.DoesNotContain("=", tool.Encoders);
    }

    [Fact]
    public void A_missing_tool_is_named_with_the_way_to_get_it()
    {
        var error = Assert.Throws<MediaException>(() => FFmpegTool.Find(null, _folder.Path));
        Assert.Equal(MediaFault.ToolMissing, error.Fault);
        Assert.Contains("apt-get install ffmpeg", error.Message);
        error = Assert.Throws<MediaException>(() => FFmpegTool.Find(_folder.File("gone"), ""));
        Assert.Contains(FFmpegTool.Variable, error.Message);
        Assert.Contains("gone", error.Message);
    }

    [Theory]
    [InlineData("echo hello", "does not answer")]
    [InlineData("echo ffmpeg version 4.2.7-0ubuntu0.1 Copyright", "too old")]
    public void A_tool_that_is_not_fit_is_named(string script, string part)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "is a shell script");
        Script(script);
        var error = Assert.Throws<MediaException>(() => FFmpegTool.Find(_folder.File("ffmpeg"), null));
        Assert.Equal(MediaFault.ToolMissing, error.Fault);
        Assert.Contains(part, error.Message);
    }

    [Theory]
    [InlineData("n6.1-2-gabc Copyright", "-fps_mode")]
    [InlineData("N-109999-gabcdef Copyright", "-fps_mode")]
    [InlineData("4.4.2-0ubuntu0.22.04.1 Copyright", "-vsync")]
    [InlineData("5.0.1 Copyright", "-vsync")]
    public void Options_follow_the_version(string version, string option)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "is a shell script");
        Script($"echo ffmpeg version {version}");
        Assert.Equal([option, "passthrough"], FFmpegTool.Find(null, _folder.Path).PassThrough);
    }

    void Script(string script)
    {
        File.WriteAllText(_folder.File("ffmpeg"), $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.File("ffmpeg"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
    }

    static FFmpegChild Endless() =>
        new(FFmpegTool.Find().Path, ["-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2", "-f", "rawvideo", "pipe:1"]);

    static (int Group, int Session) Session(int process)
    {
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (int.Parse(fields[2]), int.Parse(fields[3]));
    }
}
