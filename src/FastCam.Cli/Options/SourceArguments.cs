using System.CommandLine;
using System.Globalization;
using FastCam.Edge.Streams;
using FastCam.Video;
using FastCam.Video.Sources;

namespace FastCam.Cli.Options;

/// <summary>The options that say what frames are read from, and how.</summary>
sealed class SourceArguments
{
    readonly Option<string> _source = new("--source")
    {
        Description = "A video file, a folder or pattern of images, camera:0, rtsp://HOST/PATH, onvif://HOST, http://HOST/PATH (MJPEG, HLS, or one "
            + "JPEG, with ?every=2s), rtmp://HOST/APPLICATION/KEY, srt://HOST:PORT (or srt://:PORT, for a sender that calls), udp://:PORT (MPEG-TS), "
            + "camera.sdp (RTP that a file describes), pipe: (NUT or Y4M on standard input), or test:1280x720@30?frames=2000 (a test pattern); "
            + "by default the first camera",
        DefaultValueFactory = _ => StreamConfig.Defaults.Source!,
    };

    readonly Option<CaptureBackend?> _capture =
        OptionFactory.Named<CaptureBackend>("--capture", "What captures live sources, and files too where it is OpenCV; auto, the default, is "
            + "GStreamer for RTSP where it is installed, and FFmpeg for all else");

    readonly Option<string?> _decoder = new("--gst-decoder")
    {
        Description = "With --capture gstreamer: the decoder as a piece of a pipeline, as 'nvv4l2decoder ! nvvidconv'",
        HelpName = "pipeline",
    };

    readonly Option<string> _acceleration = OptionFactory.Parsed(
        "--hwaccel", $"Hardware that FFmpeg decodes live sources on [{string.Join("|", HardwareDecoder.Choices)}]", StreamConfig.Defaults.Hwaccel!, name =>
            HardwareDecoder.Choices.Contains(name)
                ? name
                : throw new FormatException($"there is no hardware decoder {name}; choose one of {string.Join(", ", HardwareDecoder.Choices)}."));

    readonly Option<bool> _mirror = new("--mirror") { Description = "Turn each frame left to right, as a mirror does" };

    readonly Option<string?> _login = CommonOptions.Login();

    readonly Option<string?> _authority = CommonOptions.Authority();

    readonly Option<bool> _insecure = CommonOptions.InsecureTls();

    readonly Option<double?> _stall =
        Seconds("--stall-after", "No frame from a live source for so many seconds, and it is opened anew; by default 2");

    readonly Option<double?> _start = Seconds("--start-within", "The same for the first frame of a connection; by default 10");

    readonly Option<double?> _frozen =
        Seconds("--frozen-after", "The same frame from a live source for so many seconds, and it is said; by default 10");

    readonly Option<double?> _retry = Seconds("--retry-for", "Give a live source up after so many seconds without a frame; by default never");

    public IEnumerable<Option> All => [_source, .. ForGiven];

    /// <summary>The options for commands that are given the source itself as an argument.</summary>
    public IEnumerable<Option> ForGiven => [_capture, _decoder, _acceleration, _mirror, _login, _authority, _insecure, _stall, _start, _frozen, _retry];

    /// <exception cref="MediaException">The file of credentials cannot be read.</exception>
    public SourceOptions Options(ParseResult parse, bool loop) => AddTo(new StreamConfig { Loop = loop }, parse).SourceOptions;

    public StreamConfig AddTo(StreamConfig config, ParseResult parse) => config with
    {
        Source = parse.Given(_source),
        Mirror = parse.GivenValue(_mirror),
        Capture = parse.GetValue(_capture),
        GstDecoder = parse.GetValue(_decoder),
        Hwaccel = parse.Given(_acceleration),
        Login = parse.GetValue(_login),
        InsecureTls = parse.GivenValue(_insecure),
        Ca = parse.GetValue(_authority),
        StallAfter = parse.GetValue(_stall),
        StartWithin = parse.GetValue(_start),
        FrozenAfter = parse.GetValue(_frozen),
        RetryFor = parse.GetValue(_retry),
    };

    static Option<double?> Seconds(string name, string description)
    {
        var (least, most) = Ranges.Patience;
        var rule = string.Create(CultureInfo.InvariantCulture, $"is a number of seconds from {least} to {most}");
        return OptionFactory.Optional<double>(name, description, "seconds", rule, text =>
            double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds >= least && seconds <= most ? seconds : null);
    }
}
