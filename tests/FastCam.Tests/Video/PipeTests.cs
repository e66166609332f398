using System.Diagnostics;

namespace FastCam.Tests.Video;

public sealed class PipeTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("nut", 0, 30)]
    [InlineData("yuv4mpegpipe", 0, 30)]
    [InlineData("mp4", 11, 0)] // this file's index is at its end, where a pipe cannot seek
    public async Task A_video_on_standard_input_is_read_to_its_end(string format, int code, int frames)
    {
        var codec = format switch { "mp4" => "libx264", "nut" => "rawvideo", _ => "wrapped_avframe" };
        MediaTools.FFmpeg(
            "-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=1", "-pix_fmt", "yuv420p", "-c:v", codec, "-f", format, _folder.File("video"));
        var command = $"exec {Cli.Cli.Program} run --source pipe: --sink null: --json --model efficientnet-lite0-int8 < {_folder.File("video")}";
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(code, process.ExitCode);
        var account = new Cli.Cli.Result(code, output, await error).Ended.GetProperty("ledger")[0];
        Assert.Equal((frames, frames), (account.GetProperty("captured").GetInt32(), account.GetProperty("delivered").GetInt32()));
    }

    [Theory]
    [InlineData("?pace=max", 0, 60)]
    [InlineData("?pace=realtime", 1.8, 60)]
    public void A_file_s_pace_is_chosen_in_its_URI(string pace, double least, double most)
    {
        MediaTools.FFmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=2", "-c:v", "libx264", "-preset", "ultrafast", _folder.File("clip.mp4"));
        using var source = FastCam.Video.Sources.Uris.SourceUri.Parse(_folder.File("clip.mp4") + pace).Open(new());
        var clock = Stopwatch.StartNew();
        Assert.Equal(60, source.ReadAll().Count);
        Assert.InRange(clock.Elapsed.TotalSeconds, least, most);
    }
}
