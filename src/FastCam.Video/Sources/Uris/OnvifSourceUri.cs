using FastCam.Video.Live;
using FastCam.Video.Network;
using FastCam.Video.Network.Rtsp;
using FastCam.Video.Onvif;

namespace FastCam.Video.Sources.Uris;

/// <summary>A camera that tells by ONVIF where its stream is.</summary>
/// <param name="Device">The address of its device service, by HTTP.</param>
/// <param name="Profile">The name or token of a profile; null: the first.</param>
/// <param name="Transport">How packets are to come; null: as the camera can.</param>
sealed record OnvifSourceUri(StreamAddress Device, string? Profile = null, RtspTransport? Transport = null) : SourceUri
{
    internal static OnvifSourceUri Parse(MediaUri uri)
    {
        if (uri.Options.Values.Any(value => value.Contains('@')))
            throw (uri with { Text = $"{uri.Scheme}://***" }).Bad("a ? in a password is written %3F, and an @ in a profile's name %40");
        uri.AllowOptions("profile", "transport");
        var device = DeviceAddress.Parse(uri);
        var profile = uri["profile"] is { } text ? Uri.UnescapeDataString(text) : null;
        return profile != "" ? new(device, profile, RtspSourceUri.ParseTransport(uri, uri["transport"], device.IsEncrypted))
            : throw uri.Bad("profile= names none");
    }

    private protected override FrameSource OpenAsIs(SourceOptions options)
    {
        var connector = new OnvifConnector(Device.WithDefaultLogin(options.Login), Profile, Transport, options);
        return new SupervisedSource(connector, options.Supervision);
    }
}
