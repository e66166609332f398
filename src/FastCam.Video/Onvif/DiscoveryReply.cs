using System.Xml.Linq;

namespace FastCam.Video.Onvif;

/// <summary>What a device answers to a probe. It says what it likes.</summary>
/// <param name="Endpoint">What the device is told from others by; empty: it does not say.</param>
/// <param name="Name">The name in its scopes; empty: none.</param>
/// <param name="Hardware">The hardware in its scopes; empty: none.</param>
/// <param name="Services">The addresses at which it says that its device service is.</param>
sealed record DiscoveryReply(string Endpoint, string Name, string Hardware, IReadOnlyList<Uri> Services)
{
    const int MostMatches = 16, MostServices = 16;
    const string Scope = "onvif://www.onvif.org/";

    /// <summary>Reads a datagram: the cameras that it tells of, as a rule one; none where it is no such reply.</summary>
    public static IReadOnlyList<DiscoveryReply> ReadAll(ReadOnlySpan<byte> datagram) =>
        [.. SoapMessage.Read(datagram)?.Body.Child("ProbeMatches")?.Children("ProbeMatch").Take(MostMatches).Where(IsCamera).Select(Read) ?? []];

    // Printers and televisions answer too, some of them whatever is asked.
    static bool IsCamera(XElement match) => Words(match, "Types").Any(type => type.Split(':')[^1] == "NetworkVideoTransmitter")
        || Words(match, "Scopes").Any(scope => scope.StartsWith(Scope, StringComparison.OrdinalIgnoreCase));

    static DiscoveryReply Read(XElement match) => new(
        SoapMessage.TextOf(match.Child("EndpointReference", "Address")), ScopeOf(match, "name/"), ScopeOf(match, "hardware/"),
        [.. Words(match, "XAddrs").Select(text => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null)
            .OfType<Uri>().Where(uri => uri.IdnHost.Length > 0).Take(MostServices)]);

    static string ScopeOf(XElement match, string kind)
    {
        var scope = Words(match, "Scopes").FirstOrDefault(scope => scope.StartsWith(Scope + kind, StringComparison.OrdinalIgnoreCase));
        return scope is null ? "" : SoapMessage.Shorten(Uri.UnescapeDataString(scope[(Scope.Length + kind.Length)..]).Trim());
    }

    static string[] Words(XElement match, string name) => (match.Child(name)?.Value ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
