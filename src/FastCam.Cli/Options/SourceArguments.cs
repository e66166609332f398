using System.CommandLine;
using System.Globalization;
using FastCam.Video;
using FastCam.Video.Network;
using FastCam.Video.Sources;

namespace FastCam.Cli.Options;

/// <summary>The options that say what frames are read from, and how.</summary>
sealed class SourceArguments
{
    const string FirstCamera = "camera:";

    readonly Option<string> _source = new("--source")
    {
        Description = "A video file, a folder or pattern of images, camera:0, rtsp://HOST/PATH, http://HOST/PATH (MJPEG, HLS), pipe: (NUT or Y4M on standard "
            + "input), or test:1280x720@30?frames=2000 (a test pattern); by default the first camera",
        DefaultValueFactory = _ => FirstCamera,
    };

    readonly Option<CaptureBackend?> _capture =
        OptionFactory.Named<CaptureBackend>("--capture", "What captures live sources; by default FFmpeg");

    readonly Option<string?> _decoder = new("--gst-decoder")
    {
        Description = "With --capture gstreamer: the decoder as a piece of a pipeline, as 'nvv4l2decoder ! nvvidconv'",
        HelpName = "pipeline",
    };

    readonly Option<string> _acceleration = OptionFactory.Parsed(
        "--hwaccel", $"Hardware that FFmpeg decodes live sources on [{string.Join("|", HardwareDecoder.Choices)}]", HardwareDecoder.Auto, name =>
            HardwareDecoder.Choices.Contains(name)
                ? name
                : throw new FormatException($"there is no hardware decoder {name}; choose one of {string.Join(", ", HardwareDecoder.Choices)}."));

    readonly Option<bool> _mirror = new("--mirror") { Description = "Turn each frame left to right, as a mirror does" };

    readonly Option<string?> _login = new("--login")
    {
        Description = "A file whose first line is USER:PASSWORD, for a source on the network: in an address they would stand in the process list",
        HelpName = "file",
    };

    readonly Option<string?> _authority = new("--ca")
    {
        Description = "A PEM file of the certificates to trust instead of the system's, for rtsps:// and https://",
        HelpName = "file",
    };

    readonly Option<bool> _insecure = new("--insecure-tls")
    {
        Description = "Accept any certificate: whoever can reach the network can be the server",
    };

    readonly Option<TimeSpan?> _stall =
        Seconds("--stall-after", "No frame from a live source for so many seconds, and it is opened anew; by default 2");

    readonly Option<TimeSpan?> _start = Seconds("--start-within", "The same for the first frame of a connection; by default 10");

    readonly Option<TimeSpan?> _frozen =
        Seconds("--frozen-after", "The same frame from a live source for so many seconds, and it is said; by default 10");

    readonly Option<TimeSpan?> _retry = Seconds("--retry-for", "Give a live source up after so many seconds without a frame; by default never");

    public IEnumerable<Option> All => [_source, .. ForGiven];

    /// <summary>The options for commands that are given the source itself as an argument.</summary>
    public IEnumerable<Option> ForGiven => [_capture, _decoder, _acceleration, _mirror, _login, _authority, _insecure, _stall, _start, _frozen, _retry];

    public string Source(ParseResult parse) => parse.GetRequiredValue(_source);

    /// <exception cref="MediaException">The file of credentials cannot be read.</exception>
    public SourceOptions Options(ParseResult parse, bool loop)
    {
        var usual = new Supervision();
        return new SourceOptions(loop)
        {
            Mirror = parse.GetValue(_mirror),
            Capture = parse.GetValue(_capture) ?? CaptureBackend.Ffmpeg,
            GStreamerDecoder = parse.GetValue(_decoder),
            Acceleration = parse.GetRequiredValue(_acceleration),
            Login = parse.GetValue(_login) is { } file ? Login.FromFile(file) : null,
            Tls = new TlsOptions(parse.GetValue(_insecure), parse.GetValue(_authority)),
            Supervision = usual with
            {
                StallAfter = parse.GetValue(_stall) ?? usual.StallAfter,
                StartWithin = parse.GetValue(_start) ?? usual.StartWithin,
                FrozenAfter = parse.GetValue(_frozen) ?? usual.FrozenAfter,
                RetryFor = parse.GetValue(_retry),
            },
        };
    }

    static Option<TimeSpan?> Seconds(string name, string description) =>
        OptionFactory.Optional<TimeSpan>(name, description, "seconds", "is a number of seconds from 0.2 to 86400", text =>
            double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.2 and <= 86_400 ? TimeSpan.FromSeconds(seconds) : null);
}
