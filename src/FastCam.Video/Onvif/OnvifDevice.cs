using System.Globalization;
using System.Xml.Linq;
using FastCam.Video.Network;

namespace FastCam.Video.Onvif;

/// <summary>
/// A camera that is asked by ONVIF for its profiles and the addresses of their streams. Whatever addresses it names, it is asked, and its
/// streams are opened, at the host that it was given by: a camera behind a router names its inner address, and none leads elsewhere.
/// </summary>
/// <param name="device">The address of its device service, by HTTP, with the login for the camera.</param>
/// <param name="tls">How its certificate is judged.</param>
sealed class OnvifDevice(StreamAddress device, TlsOptions tls)
{
    const int MostNamed = 8;
    const string Ver10 = "http://www.onvif.org/ver10/";

    static readonly XNamespace Device = Ver10 + "device/wsdl", Schema = Ver10 + "schema";
    static readonly XNamespace Media1 = Ver10 + "media/wsdl", Media2 = "http://www.onvif.org/ver20/media/wsdl";

    readonly SoapClient _client = new(device, tls);

    /// <summary>Finds the address of a stream.</summary>
    /// <param name="profile">The name or token of its profile; null: the first, which is a camera's main stream by convention.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="MediaException">The camera does not answer, refuses, or has no such profile.</exception>
    public StreamAddress FindStream(string? profile, CancellationToken stop)
    {
        var (media, profiles) = FindProfiles(stop);
        var chosen = profile is null ? profiles[0]
            : profiles.FirstOrDefault(candidate => candidate.Name == profile || candidate.Token == profile)
            ?? profiles.FirstOrDefault(candidate => candidate.Name.Equals(profile, StringComparison.OrdinalIgnoreCase));
        return chosen is not null ? StreamOf(media, chosen, stop) : throw device.Refused(
            $"has no profile {profile}: there is {string.Join(", ", profiles.Take(MostNamed).Select(candidate => candidate.Name))}", Recovery.None);
    }

    /// <summary>Lists the streams. One that the camera gives no address for, as a recorder may for a channel without a camera, is left out.</summary>
    /// <exception cref="MediaException">The camera does not answer, or refuses.</exception>
    public IReadOnlyList<(OnvifProfile Profile, StreamAddress Address)> ListStreams(CancellationToken stop)
    {
        var (media, profiles) = FindProfiles(stop);
        var streams = new List<(OnvifProfile, StreamAddress)>();
        MediaException? first = null;
        foreach (var profile in profiles)
        {
            try
            {
                streams.Add((profile, StreamOf(media, profile, stop)));
            }
            catch (MediaException error) when (error is { Fault: MediaFault.SourceUnreadable, Recovery: Recovery.BackOff })
            {
                first ??= error;
            }
        }

        return streams.Count > 0 ? streams : throw first!;
    }

    /// <returns>A media service, and its profiles that have video, of which there is one.</returns>
    (MediaService Media, IReadOnlyList<OnvifProfile> Profiles) FindProfiles(CancellationToken stop)
    {
        if (device.Login is not null)
            _client.Ahead = AskClock(stop);
        var services = FindMedia(stop);
        foreach (var media in services)
        {
            var request = new XElement(media.Namespace + "GetProfiles", media.IsSecond ? new XElement(media.Namespace + "Type", "VideoEncoder") : null);
            var answer = _client.Call(media.Address, request, login: true, stop);
            if (answer.Fault is { IsOfLogin: false } && media != services[^1])
                continue; // the other version of the service may know it
            if (OnvifProfile.ReadAll(_client.Require(media.Address, request, answer)) is { Count: > 0 } profiles)
                return (media, profiles);
        }

        throw device.Refused("has no profile with video: set one up at the camera", Recovery.BackOff);
    }

    StreamAddress StreamOf(MediaService media, OnvifProfile profile, CancellationToken stop)
    {
        var request = new XElement(media.Namespace + "GetStreamUri",
            media.IsSecond ? new XElement(media.Namespace + "Protocol", "RTSP") : new XElement(media.Namespace + "StreamSetup",
                new XElement(Schema + "Stream", "RTP-Unicast"),
                new XElement(Schema + "Transport", new XElement(Schema + "Protocol", "RTSP"))),
            new XElement(media.Namespace + "ProfileToken", profile.Token));
        var response = _client.Ask(media.Address, request, stop);
        var named = (response.Child("MediaUri", "Uri") ?? response.Child("Uri"))?.Value.Trim();
        if (!Uri.TryCreate(named, UriKind.Absolute, out var uri) || StreamAddress.From(uri) is not { IsRtsp: true } stream)
            throw device.Refused($"names no address by RTSP for its profile {profile.Name}", Recovery.BackOff);
        // The login was given for the camera as a whole.
        stream = stream with { Host = device.Host, Login = device.Login };
        return stream.IsEncrypted || !device.IsEncrypted ? stream : throw device.Refused(
            $"names {stream.Name} for its profile {profile.Name}, which is not encrypted: give that address itself if that is right", Recovery.None);
    }

    /// <summary>Asks what time the device has, which needs no login. Cameras' clocks are off by hours, and old tokens are refused.</summary>
    /// <returns>By how much its clock is ahead of ours; zero where it does not say.</returns>
    TimeSpan AskClock(CancellationToken stop)
    {
        SoapMessage? answer = null;
        try
        {
            answer = _client.Call(device, new XElement(Device + "GetSystemDateAndTime"), login: false, stop);
        }
        catch (MediaException error) when (error.Fault == MediaFault.SourceUnreadable)
        {
            // What is wrong with the camera shows by what is asked next; a wrong clock need not be.
        }

        var utc = answer?.Body.Child("GetSystemDateAndTimeResponse", "SystemDateAndTime", "UTCDateTime");
        var text = string.Join(' ', new[] { "Date/Year", "Date/Month", "Date/Day", "Time/Hour", "Time/Minute", "Time/Second" }
            .Select(path => SoapMessage.TextOf(utc?.Child(path.Split('/')))));
        return DateTime.TryParseExact(text, "yyyy M d H m s", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year is >= 1970 and < 2200
            ? time - DateTime.UtcNow : TimeSpan.Zero;
    }

    /// <summary>Finds the media services, the second version first, as it alone knows H.265.</summary>
    MediaService[] FindMedia(CancellationToken stop)
    {
        var request = new XElement(Device + "GetServices", new XElement(Device + "IncludeCapability", "false"));
        var answer = _client.Call(device, request, login: true, stop);
        var found = answer.Fault is { IsOfLogin: false }
            ? FromCapabilities(_client.Ask(device, new XElement(Device + "GetCapabilities", new XElement(Device + "Category", "All")), stop))
            : FromServices(_client.Require(device, request, answer));
        return found.Length > 0 ? found : throw device.Refused("offers no media service, so it is no camera: give another address", Recovery.None);
    }

    MediaService[] FromServices(XElement response)
    {
        var services = response.Children("Service").ToLookup(service => SoapMessage.TextOf(service.Child("Namespace")).TrimEnd('/'));
        var own = Named(services[Device.NamespaceName].FirstOrDefault());
        return [.. new[] { Media2, Media1 }.SelectMany(space => services[space.NamespaceName].Take(1)
            .Select(service => new MediaService(Reachable(own, Named(service)), space)))];
    }

    MediaService[] FromCapabilities(XElement response) => response.Child("Capabilities", "Media") is { } media
        ? [new(Reachable(Named(response.Child("Capabilities", "Device")), Named(media)), Media1)] : [];

    /// <summary>
    /// Reads an <c>XAddr</c>, which may hold several addresses: that of the host that we were given is the best, and one that is good for a
    /// link alone the worst.
    /// </summary>
    Uri? Named(XElement? service) => (service?.Child("XAddr")?.Value ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(text => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null)
        .OfType<Uri>().OrderBy(uri => uri.IdnHost == device.Host ? 0 : IsOfLink(uri.IdnHost) ? 2 : 1).FirstOrDefault();

    static bool IsOfLink(string host) => host.StartsWith("169.254.", StringComparison.Ordinal) || host.StartsWith("fe80:", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Returns where a service is reached: at our host, with the path that was named. Its port is ours too where the device names it at the
    /// same place as its own service, since a router may have changed both; and encryption stays as it is.
    /// </summary>
    StreamAddress Reachable(Uri? own, Uri? named) => named is null ? device : device with
    {
        Port = named.Authority == own?.Authority || named.Scheme != device.Scheme || named.Port < 1 ? device.Port : named.Port,
        PathAndQuery = named.PathAndQuery,
    };

    /// <summary>A service that has profiles.</summary>
    sealed record MediaService(StreamAddress Address, XNamespace Namespace)
    {
        public bool IsSecond => Namespace == Media2;
    }
}
