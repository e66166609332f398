using System.Text;
using System.Xml;
using System.Xml.Linq;
using FastCam.Video.Network;

namespace FastCam.Video.Onvif;

/// <summary>
/// A message in SOAP 1.2: what is asked of a device, and what comes back, which is hostile until it is read. Elements are known by their
/// local names, because devices differ in prefixes and in versions of namespaces.
/// </summary>
/// <param name="Body">What the envelope holds.</param>
sealed record SoapMessage(XElement Body)
{
    /// <summary>The largest message that is read, in bytes: a recorder of 64 channels describes its profiles in about half of it.</summary>
    public const int MostBytes = 1 << 20;

    const int MostDepth = 32;
    const int LongestText = 256;

    static readonly XNamespace Soap = "http://www.w3.org/2003/05/soap-envelope";

    /// <summary>The fault, where the message is one; null otherwise.</summary>
    public SoapFault? Fault => Body.Child("Fault") is { } fault ? SoapFault.From(fault) : null;

    /// <summary>Writes a request.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="login">Who asks; null: nobody.</param>
    /// <param name="now">The time, by the device's clock.</param>
    public static byte[] Write(XElement request, Login? login, DateTime now)
    {
        var header = login is null ? null : new XElement(Soap + "Header", UsernameToken.Create(login, now));
        var envelope = new XElement(
            Soap + "Envelope", new XAttribute(XNamespace.Xmlns + "s", Soap.NamespaceName), header, new XElement(Soap + "Body", request));
        using var bytes = new MemoryStream();
        // A user's name may hold a letter that XML has not: the device then refuses it, and nothing breaks here.
        using (var writer = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false), CheckCharacters = false }))
            envelope.WriteTo(writer);
        return bytes.ToArray();
    }

    /// <summary>Reads a message.</summary>
    /// <returns>Null where it is none.</returns>
    public static SoapMessage? Read(ReadOnlySpan<byte> bytes) =>
        Parse(bytes) is { Name.LocalName: "Envelope" } envelope && envelope.Child("Body") is { } body ? new(body) : null;

    static XElement? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes)
            return null;
        // Some devices begin with an empty line, or end with a zero, which in UTF-16 is half a letter.
        var text = (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? bytes : bytes.Trim("\0\t\n\r "u8)).ToArray();
        try
        {
            using (var reader = Open(text))
            {
                while (reader.Read())
                {
                    if (reader.Depth > MostDepth)
                        return null;
                }
            }

            using var again = Open(text);
            return XElement.Load(again);
        }
        catch (Exception error) when (error is XmlException or DecoderFallbackException or ArgumentException or NotSupportedException)
        {
            return null; // it is no XML, or says that it is in an encoding that is not known here
        }
    }

    static XmlReader Open(byte[] text) => XmlReader.Create(new MemoryStream(text), new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
        MaxCharactersInDocument = MostBytes,
    });

    /// <summary>What an element says, within bounds; empty where there is none.</summary>
    public static string TextOf(XElement? element) => Shorten((element?.Value ?? "").Trim());

    /// <summary>What an attribute says, likewise.</summary>
    public static string TextOf(XAttribute? attribute) => Shorten((attribute?.Value ?? "").Trim());

    /// <summary>Returns as much of a text as is kept.</summary>
    public static string Shorten(string text) => text.Length <= LongestText ? text : text[..LongestText];
}

/// <summary>A device's refusal.</summary>
/// <param name="Codes">Its codes, from the general to the special one, without prefixes.</param>
/// <param name="Reason">Why, as a display text of the device's own; it may be empty.</param>
sealed record SoapFault(IReadOnlyList<string> Codes, string Reason)
{
    const int MostCodes = 8;

    /// <summary>Whether another login is wanted, or any.</summary>
    public bool IsOfLogin => Codes.Any(code => code is "NotAuthorized" or "FailedAuthentication" or "InvalidSecurity" or "InvalidSecurityToken");

    /// <summary>Whether the device does not know what it was asked.</summary>
    public bool IsUnknownAction => Codes.Any(code => code is "ActionNotSupported" or "OptionalActionNotImplemented");

    /// <summary>Reads a fault of SOAP 1.2, or of 1.1, which some devices fall back to.</summary>
    public static SoapFault From(XElement fault)
    {
        var codes = fault.Child("Code")?.Descendants().Where(part => part.Name.LocalName == "Value") ?? fault.Children("faultcode");
        var reason = fault.Child("Reason")?.Child("Text") ?? fault.Child("faultstring");
        return new([.. codes.Take(MostCodes).Select(code => SoapMessage.TextOf(code).Split(':')[^1])], SoapMessage.TextOf(reason));
    }
}

/// <summary>Finds elements by their local names.</summary>
static class LocalNames
{
    public static IEnumerable<XElement> Children(this XElement element, string name) => element.Elements().Where(child => child.Name.LocalName == name);

    public static XElement? Child(this XElement element, string name) => element.Children(name).FirstOrDefault();

    /// <summary>Follows a path of names.</summary>
    public static XElement? Child(this XElement element, params ReadOnlySpan<string> path)
    {
        XElement? place = element;
        foreach (var name in path)
            place = place?.Child(name);
        return place;
    }
}
