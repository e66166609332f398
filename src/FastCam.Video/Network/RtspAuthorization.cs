using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace FastCam.Video.Network;

/// <summary>Answers a server's challenge: Digest (RFC 7616: MD5 and SHA-256, with and without qop) or Basic.</summary>
sealed partial class RtspAuthorization
{
    readonly Login _login;
    readonly string _challenge;
    readonly bool _digest;
    readonly bool _sha256;
    int _count;

    RtspAuthorization(Login login, string challenge)
    {
        _login = login;
        _challenge = challenge;
        _digest = challenge.StartsWith("Digest", StringComparison.OrdinalIgnoreCase);
        _sha256 = Parameter("algorithm").Equals("SHA-256", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The strongest challenge that can be answered; null when there is none.</summary>
    public static RtspAuthorization? Answer(IEnumerable<string> challenges, Login login) =>
        challenges.Select(challenge => new RtspAuthorization(login, challenge)).Where(answer => answer.Strength > 0).MaxBy(answer => answer.Strength);

    /// <summary>The header for one request.</summary>
    public string For(string method, string uri)
    {
        if (!_digest)
            return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_login.User}:{_login.Password}"));
        var (realm, nonce) = (Parameter("realm"), Parameter("nonce"));
        var opaque = Parameter("opaque") is { Length: > 0 } value ? $", opaque=\"{value}\"" : "";
        var algorithm = Parameter("algorithm") is { Length: > 0 } name ? $", algorithm={name}" : "";
        var (secret, request) = (Hash($"{_login.User}:{realm}:{_login.Password}"), Hash($"{method}:{uri}"));
        var start = $"Digest username=\"{_login.User}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\"";
        if (!Parameter("qop").Split(',').Any(quality => quality.Trim() == "auth"))
            return $"{start}, response=\"{Hash($"{secret}:{nonce}:{request}")}\"{algorithm}{opaque}";
        var (count, clientNonce) = ((++_count).ToString("x8"), RandomNumberGenerator.GetHexString(16, lowercase: true));
        return $"{start}, qop=auth, nc={count}, cnonce=\"{clientNonce}\", response=\"{Hash($"{secret}:{nonce}:{count}:{clientNonce}:auth:{request}")}\"{algorithm}{opaque}";
    }

    int Strength => _digest ? Parameter("algorithm").ToUpperInvariant() switch { "SHA-256" => 3, "" or "MD5" => 2, _ => 0 } : _challenge.StartsWith("Basic", StringComparison.OrdinalIgnoreCase) ? 1 : 0;

    string Hash(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower(_sha256 ? SHA256.HashData(bytes) : MD5.HashData(bytes));
    }

    string Parameter(string name)
    {
        foreach (Match match in Parameters().Matches(_challenge))
        {
            if (match.Groups["name"].Value.Equals(name, StringComparison.OrdinalIgnoreCase))
                return match.Groups["value"].Value;
        }

        return "";
    }

    [GeneratedRegex("(?<name>\\w+)=(\"(?<value>[^\"]*)\"|(?<value>[^\\s,\"]+))", RegexOptions.ExplicitCapture)]
    private static partial Regex Parameters();
}
