namespace FastCam.Video;

/// <summary>PNG by FFmpeg: raw pixels in on standard input, the file's bytes out on standard output.</summary>
static class PngFile
{
    public const string FullRangeI420 = "yuvj420p";
    public const string Grey16 = "gray16le";
    public const string Rgb24 = "rgb24";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static void Write(string path, int width, int height, string pixelFormat, byte[] pixels)
    {
        using var child = new FFmpegChild(FFmpegTool.Find().Path,
        [
            "-hide_banner", "-loglevel", "error",
            "-f", "rawvideo", "-pixel_format", pixelFormat, "-video_size", $"{width}x{height}", "-i", "pipe:0",
            "-frames:v", "1", "-c:v", "png", "-f", "image2pipe", "pipe:1",
        ]);
        var feed = Task.Run(() => Feed(child, pixels));
        using var png = new MemoryStream();
        child.Output.CopyTo(png);
        var code = child.Exit(Patience);
        feed.Wait();
        if (code != 0 || png.Length == 0)
            throw new MediaException(MediaFault.SinkFailed, $"{path} could not be coded{FFmpegLog.Quote(child.Log)}.");
        try
        {
            File.WriteAllBytes(path, png.ToArray());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(MediaFault.OutputUnwritable, $"{path} cannot be written: {error.Message}", error);
        }
    }

    static void Feed(FFmpegChild child, byte[] pixels)
    {
        try
        {
            child.Input.Write(pixels);
            child.Input.Dispose();
        }
        catch (IOException)
        {
            // FFmpeg ended before it had all; its exit code and its log say why.
        }
    }
}
