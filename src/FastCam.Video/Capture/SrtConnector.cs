using System.Net;
using System.Text.RegularExpressions;
using FastCam.Video.FFmpeg;
using FastCam.Video.Live;
using FastCam.Video.Network;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>Calls a sender by SRT.</summary>
sealed partial class SrtConnector : Connector
{
    /// <summary>How long a sender is called that has not been known to be silent: what is wrong is to be said soon.</summary>
    static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(2);

    /// <summary>The same from then on. SRT calls four times a second by itself, for less than another child would cost.</summary>
    static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(8);

    readonly StreamAddress _address;
    readonly SrtSettings _settings;
    readonly FFmpegCapture _capture;
    volatile bool _isSilent;

    public SrtConnector(StreamAddress address, SrtSettings settings, SourceOptions options)
    {
        (_address, _settings) = (address, settings);
        _capture = FFmpegCapture.CreateFor(options, "SRT");
        _ = settings.Script("", "caller"); // what is wrong with the settings shows now
        Name = address.ToString();
    }

    public override string Name { get; }

    public override string? Notice => _capture.Notice;

    /// <summary>The child calls.</summary>
    public override bool IsAnswered => false;

    public override TimeSpan CallsFor => _isSilent ? LongestPatience : FirstPatience;

    public override FrameSource Connect(CancellationToken stop)
    {
        var place = new IPEndPoint(TlsConnector.Find(_address, stop), _address.Port);
        var script = _settings.Script($"{place}", "caller").With("connect_timeout", $"{CallsFor.TotalMilliseconds:F0}");
        return new FFmpegSource(_capture.Script(Name, script) with { Companion = new ScriptFeed(Name, script), IsLive = true, Explain = WhyNot });
    }

    MediaException? WhyNot(string log)
    {
        _isSilent = false;
        if (log.Contains("Incorrect passphrase"))
            return _address.Refused("refuses this passphrase: give the sender's", Recovery.None, "login");
        if (log.Contains("Password required or unexpected"))
        {
            return _settings.Passphrase is null
                ? _address.Refused("wants a passphrase: give it in a login file, as :PASSPHRASE", Recovery.None, "login")
                : _address.Refused("has no passphrase, and one was given: leave it out", Recovery.None, "login");
        }

        if (Rejection().Match(log) is { Success: true } match)
            return _address.Refused($"refuses the connection ({FFmpegLog.Shorten(match.Groups["reason"].Value)}): check the stream's id", Recovery.BackOff);
        if (!log.Contains("Connection to ") && !log.Contains("timed out"))
            return null;
        _isSilent = true;
        return new(MediaFault.SourceNotFound, $"Nothing answers at {_address} by SRT.") { Recovery = Recovery.Probe };
    }

    [GeneratedRegex("REJECT reported from HS processing: (?<reason>.*?)( - not processing further)?$", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Rejection();
}
