using FastCam.Video.Capture;
using FastCam.Video.FFmpeg;
using FastCam.Video.Network;
using FastCam.Video.Nut;

namespace FastCam.Video.Sources.Uris;

/// <summary>A video on our standard input, in NUT or Y4M.</summary>
public sealed record PipeSourceUri : SourceUri
{
    internal static PipeSourceUri Parse(MediaUri uri)
    {
        uri.AllowOptions();
        return uri.Target.Length == 0 ? new() : throw uri.Bad("nothing follows pipe:");
    }

    private protected override FrameSource OpenAsIs(SourceOptions options)
    {
        var tool = FFmpegTool.Find();
        return new FFmpegSource(new CaptureCommand("standard input", tool.Path, FFmpegInput.Pipe(tool), output => new NutReader(output))
        {
            IsFinite = true,
            Companion = new StreamFeed("standard input", Console.OpenStandardInput()),
        });
    }
}
