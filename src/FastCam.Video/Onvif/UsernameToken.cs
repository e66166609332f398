using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using FastCam.Video.Network;

namespace FastCam.Video.Onvif;

/// <summary>
/// A login within a SOAP message, as a digest (WS-Security UsernameToken Profile 1.0): the password itself is never sent. A device refuses
/// a token that is old by its own clock.
/// </summary>
static class UsernameToken
{
    const int NonceBytes = 16;
    const string Profile = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";

    static readonly XNamespace Security = Profile + "wssecurity-secext-1.0.xsd";
    static readonly XNamespace Utility = Profile + "wssecurity-utility-1.0.xsd";

    /// <param name="login">The user and the password.</param>
    /// <param name="now">The time, by the device's clock.</param>
    public static XElement Create(Login login, DateTime now)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var created = now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return new(Security + "Security", new XElement(Security + "UsernameToken",
            new XElement(Security + "Username", login.User),
            new XElement(Security + "Password", new XAttribute("Type", Profile + "username-token-profile-1.0#PasswordDigest"),
                Digest(nonce, created, login.Password)),
            new XElement(Security + "Nonce", new XAttribute("EncodingType", Profile + "soap-message-security-1.0#Base64Binary"),
                Convert.ToBase64String(nonce)),
            new XElement(Utility + "Created", created)));
    }

    /// <summary>Returns Base64(SHA-1(nonce + created + password)).</summary>
    public static string Digest(ReadOnlySpan<byte> nonce, string created, string password) =>
        Convert.ToBase64String(SHA1.HashData([.. nonce, .. Encoding.UTF8.GetBytes(created + password)]));
}
