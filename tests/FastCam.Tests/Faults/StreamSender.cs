using System.Diagnostics;
using FastCam.Tests.Video;
using FastCam.Video.Frames;

namespace FastCam.Tests.Faults;

/// <summary>FFmpeg as a camera or an encoder that sends a clip at its own pace, over and over, and comes again when nobody was there.</summary>
sealed class StreamSender : IDisposable
{
    public static readonly FrameFormat Format = new(320, 180);

    /// <summary>Frames of a clip: their numbers begin anew after as many.</summary>
    public const int Frames = 240;

    static readonly Lazy<TemporaryFolder> Clips = new(Create);

    readonly string[] _arguments;
    readonly Lock _gate = new();
    Process _process;
    bool _isOver;

    /// <param name="clip">What is sent.</param>
    /// <param name="arguments">FFmpeg's arguments behind its input.</param>
    public StreamSender(string clip, params string[] arguments)
    {
        _arguments = ["-hide_banner", "-nostdin", "-loglevel", "error", "-stream_loop", "-1", "-re", "-i", clip, .. arguments];
        _process = Start();
    }

    /// <summary>A clip with sound, whose frames carry their numbers. Half a second lies between key frames.</summary>
    public static string Numbered => Clips.Value.File("numbered.mkv");

    /// <summary>Four seconds of sound alone.</summary>
    public static string Tone => Clips.Value.File("tone.mkv");

    public void Dispose()
    {
        lock (_gate)
            _isOver = true;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Whoever sends comes again where nobody was there to be sent to, as an encoder does.</summary>
    Process Start()
    {
        var start = new ProcessStartInfo("ffmpeg", _arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (_, _) =>
        {
            Thread.Sleep(200);
            lock (_gate)
            {
                if (_isOver)
                    return;
                process.Dispose();
                _process = Start();
            }
        };
        process.Start();
        // A full pipe would hold it up.
        _ = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        return process;
    }

    static TemporaryFolder Create()
    {
        var folder = TemporaryFolder.OfTheSuite();
        var video = NumberedClip.Create(folder, "mp4", Format, Frames, "-bf", "0", "-g", "15");
        // An encoder of sound begins a little early: begun later, it does not move the video.
        string[] sound = ["-itsoffset", "0.1", "-f", "lavfi", "-i", "sine=r=44100:d=8"];
        FFmpeg.Run(["-i", video, .. sound, "-map", "0", "-map", "1", "-shortest", "-c:v", "copy", "-c:a", "aac", folder.File("numbered.mkv")]);
        FFmpeg.Run([.. sound, "-t", "4", "-c:a", "aac", folder.File("tone.mkv")]);
        return folder;
    }
}
