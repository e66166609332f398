using FastCam.Video.Frames;
using FastCam.Video.Sources;

namespace FastCam.Tests.Video;

/// <summary>A clip of 30 frames a second whose frames carry their numbers as bar codes.</summary>
static class NumberedClip
{
    /// <param name="folder">Where it is made.</param>
    /// <param name="container">The ending of its file.</param>
    /// <param name="format">The frames' size.</param>
    /// <param name="frames">How many there are.</param>
    /// <param name="more">FFmpeg's arguments for what is made of them.</param>
    /// <returns>Its path.</returns>
    public static string Create(TemporaryFolder folder, string container, FrameFormat format, int frames, params string[] more)
    {
        var (raw, clip) = (folder.File("raw.yuv"), folder.File($"clip.{container}"));
        using (var file = File.Create(raw))
        using (var pattern = new TestPattern(format, new FrameRate(30, 1), frames))
        {
            var pixels = new byte[format.ByteCount];
            for (var i = 0; i < frames; i++)
            {
                pattern.Draw(pixels, i);
                file.Write(pixels);
            }
        }
        FFmpeg.Run([
            "-f", "rawvideo", "-pix_fmt", "yuvj420p", "-s", $"{format}", "-r", "30", "-i", raw, "-fps_mode", "passthrough",
            "-c:v", "libx264", "-qp", "8", "-color_range", "pc", "-colorspace", "smpte170m", .. more, clip,
        ]);
        File.Delete(raw);
        return clip;
    }
}
