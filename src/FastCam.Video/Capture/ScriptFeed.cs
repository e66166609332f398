using FastCam.Video.FFmpeg;
using FastCam.Video.Network;

namespace FastCam.Video.Capture;

/// <summary>Tells a child on its standard input what it is to open.</summary>
sealed class ScriptFeed(string name, FFmpegScript script) : Companion
{
    public override MediaException? Failure => null;

    public override string Translate(string log) => script.Translate(log, name);

    public override void Attach(Stream input) => script.WriteTo(input);

    public override void Dispose()
    {
    }
}
