using FastCam.Video.Libraries;


namespace FastCam.Tests.Faults;

/// <summary>Files that are cut, broken or strange: decoded, or refused in a sentence, and every frame accounted for.</summary>
public sealed class FileFaultTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("10-bit.mkv", 320, 180, "yuv420p10le", 20)]
    [InlineData("odd.mkv", 641, 359, "yuv444p", 20)]
    [InlineData("one.mkv", 1, 1, "yuv444p", 20)]
    [InlineData("8k.mkv", 7680, 4320, "yuv420p", 3)]
    public void Strange_ones_are_played_whole(string name, int width, int height, string layout, int frames)
    {
        FFmpeg.Run([
            "-f", "lavfi", "-i", "testsrc2=s=640x360:r=10", "-vf", $"scale={width}:{height},format={layout}", "-frames:v", $"{frames}",
            "-c:v", "ffv1", _folder.File(name),
        ]);
        foreach (var backend in MediaLibrary.IsThere ? (string[])["ffmpeg", "opencv"] : ["ffmpeg"])
        {
            var account = Play(name, 0, "--capture", backend);
            Assert.Equal((frames, frames), (account.GetProperty("captured").GetInt32(), account.GetProperty("delivered").GetInt32()));
        }
    }

    [Fact]
    public void One_with_broken_packets_is_played_as_far_as_it_goes()
    {
        FFmpeg.Run([
            "-f", "lavfi", "-i", "testsrc2=s=320x180:r=10:d=10", "-c:v", "libx264", "-preset", "ultrafast", "-g", "10",
            "-bsf:v", "noise=amount=2000", "-f", "mpegts", _folder.File("broken.ts"),
        ]);
        var result = Cli.Cli.Run("run", "--source", _folder.File("broken.ts"), "--sink", "null:", "--json", "--model", "efficientnet-lite0-int8");
        Assert.True(result.ExitCode is 0 or 12, result.Error);
        var account = result.Ended.GetProperty("ledger")[0];
        Assert.True(account.GetProperty("balanced").GetBoolean());
        Assert.InRange(account.GetProperty("captured").GetInt32(), 20, 100);
    }

    [Fact]
    public void One_that_is_cut_off_is_played_up_to_there_and_said_to_be()
    {
        FFmpeg.Run([
            "-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=4", "-c:v", "libx264", "-preset", "ultrafast", "-movflags", "+faststart", _folder.File("whole.mp4"),
        ]);
        var bytes = File.ReadAllBytes(_folder.File("whole.mp4"));
        _folder.Write("cut.mp4", bytes[..(bytes.Length / 2)]);
        var account = Play("cut.mp4", 12);
        Assert.InRange(account.GetProperty("captured").GetInt32(), 10, 119);
        Assert.Equal(account.GetProperty("captured").GetInt32(), account.GetProperty("delivered").GetInt32());
    }

    System.Text.Json.JsonElement Play(string name, int code, params string[] more)
    {
        string[] command = ["run", "--source", _folder.File(name), "--sink", "null:", "--json", "--model", "efficientnet-lite0-int8", .. more];
        var result = Cli.Cli.Run(command);
        Assert.True(code == result.ExitCode, $"exit code {result.ExitCode}: {result.Error}");
        var account = result.Ended.GetProperty("ledger")[0];
        Assert.True(account.GetProperty("balanced").GetBoolean());
        Assert.Equal(0, account.GetProperty("inFlight").GetInt32());
        return account;
    }
}
