using FastCam.Video.Network;

namespace FastCam.Video.Onvif;

/// <summary>The address of a camera as a source: <c>onvif://HOST:PORT/path?profile=NAME</c>, which stands for that of its device service by HTTP.</summary>
static class DeviceAddress
{
    /// <summary>Where cameras have their device service, as a rule.</summary>
    public const string DefaultPath = "/onvif/device_service";

    /// <summary>Reads the address of a device service, which is encrypted by <c>onvifs</c>.</summary>
    /// <exception cref="MediaException">It is no such address.</exception>
    public static StreamAddress Parse(MediaUri uri)
    {
        var address = StreamAddress.Parse(uri);
        return address with
        {
            Scheme = uri.Scheme == "onvif" ? "http" : "https",
            PathAndQuery = address.PathAndQuery == "/" ? DefaultPath : address.PathAndQuery,
        };
    }

    /// <summary>
    /// Writes the URI of a camera's stream, without credentials. It is offered to be copied into a command line, and the camera has a say in it:
    /// no letter of it means anything to a shell.
    /// </summary>
    /// <param name="device">The address of its device service.</param>
    /// <param name="profile">The name or token of a profile; null: the first.</param>
    public static string Write(StreamAddress device, string? profile)
    {
        var path = device.PathAndQuery == DefaultPath ? "" : string.Concat(
            device.PathAndQuery.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_' or '~' or '%' ? $"{letter}"
                : Uri.EscapeDataString($"{letter}")));
        return $"onvif{device.Origin["http".Length..]}{path}{(profile is null ? "" : $"?profile={Uri.EscapeDataString(profile)}")}";
    }
}
