using FastCam.Video.Network.Hls;


namespace FastCam.Tests.Video;

/// <summary>The codec parameters at the beginning of MPEG-TS, as FFmpeg writes it.</summary>
public sealed class CodecParametersTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("libx264")]
    [InlineData("libx265")]
    [InlineData("mpeg2video")]
    public void They_differ_with_the_size_and_not_with_the_content(string encoder)
    {
        Assert.SkipUnless(FastCam.Video.FFmpeg.FFmpegTool.Find().Encoders.Contains(encoder), $"needs an FFmpeg with {encoder}");
        var first = Parameters("testsrc2=s=320x180", encoder);
        Assert.NotEmpty(first);
        Assert.Equal(first, Parameters("smptebars=s=320x180", encoder));
        Assert.NotEqual(first, Parameters("testsrc2=s=640x360", encoder));
    }

    [Fact]
    public void They_are_empty_where_there_is_no_video()
    {
        FFmpeg.Run("-f", "lavfi", "-i", "sine=duration=0.5", "-c:a", "aac", _folder.File("sound.ts"));
        Assert.Empty(CodecParameters.Find(Start("sound.ts")).ToArray());
        Assert.Empty(CodecParameters.Find([]).ToArray());
    }

    byte[] Parameters(string video, string encoder)
    {
        FFmpeg.Run(
            "-f", "lavfi", "-i", "sine=duration=1", "-f", "lavfi", "-i", $"{video}:r=25", "-frames:v", "3", "-c:v", encoder, "-pix_fmt", "yuv420p",
            "-c:a", "aac", "-shortest", _folder.File("clip.ts"));
        return CodecParameters.Find(Start("clip.ts")).ToArray();
    }

    ReadOnlySpan<byte> Start(string file)
    {
        var bytes = File.ReadAllBytes(_folder.File(file));
        return bytes.AsSpan(0, Math.Min(bytes.Length, CodecParameters.StartBytes));
    }
}
