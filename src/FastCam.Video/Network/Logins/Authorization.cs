using System.Security.Cryptography;
using System.Text;

namespace FastCam.Video.Network.Logins;

/// <summary>Answers a server's challenge with a login, request by request.</summary>
abstract class Authorization
{
    /// <summary>Whether a challenge can be answered.</summary>
    public static bool IsKnown(AuthenticationChallenge challenge) => Strength(challenge) > 0;

    /// <summary>Answers the strongest challenge that can be answered; null when there is none.</summary>
    public static Authorization? Answer(IEnumerable<AuthenticationChallenge> challenges, Login login) =>
        challenges.Where(IsKnown).MaxBy(Strength) is not { } challenge ? null
        : IsBasic(challenge) ? new BasicAuthorization(login)
        : new DigestAuthorization(challenge, login);

    /// <summary>Returns the header's value for one request, each of whose letters is a byte.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="uri">The request's URI, as it is sent.</param>
    /// <param name="body">The request's body.</param>
    public abstract string For(string method, string uri, ReadOnlySpan<byte> body = default);

    /// <summary>Whether a challenge asks for the password itself.</summary>
    public static bool IsBasic(AuthenticationChallenge challenge) => challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase);

    static int Strength(AuthenticationChallenge challenge) => IsBasic(challenge) ? 1 : DigestAuthorization.Strength(challenge);
}

/// <summary>The user and the password as they are (RFC 7617), in UTF-8.</summary>
sealed class BasicAuthorization(Login login) : Authorization
{
    readonly string _value = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.User}:{login.Password}"));

    public override string For(string method, string uri, ReadOnlySpan<byte> body = default) => _value;
}

/// <summary>
/// Digest (RFC 7616, and RFC 2617 before it): MD5 and SHA-256, each also for a session, without a quality of protection and with auth
/// and auth-int, with a hashed user name, or one in UTF-8.
/// </summary>
sealed class DigestAuthorization : Authorization
{
    readonly Login _login;
    readonly AuthenticationChallenge _challenge;
    readonly string _user;
    readonly string _realm;
    readonly string _nonce;
    readonly string _clientNonce;
    readonly string? _quality;
    readonly bool _isSession;
    readonly string _secret;
    int _count;

    /// <param name="challenge">The challenge; one that is known.</param>
    /// <param name="login">The user and the password.</param>
    /// <param name="clientNonce">What the client adds by chance; null: something new. It stays, since a session's secret is made of it.</param>
    public DigestAuthorization(AuthenticationChallenge challenge, Login login, string? clientNonce = null)
    {
        _login = login;
        _challenge = challenge;
        _user = Wire(login.User);
        (_realm, _nonce) = (challenge["realm"] ?? "", challenge["nonce"] ?? "");
        _clientNonce = clientNonce ?? RandomNumberGenerator.GetHexString(32, lowercase: true);
        _quality = Quality(challenge);
        _isSession = Algorithm(challenge).EndsWith("-SESS", StringComparison.Ordinal);
        _secret = Hash($"{_user}:{_realm}:{Wire(login.Password)}");
        if (_isSession)
            _secret = Hash($"{_secret}:{_nonce}:{_clientNonce}");
    }

    /// <summary>How strong an answer would be, above Basic's 1; 0 where the challenge asks for what is not known here.</summary>
    public static int Strength(AuthenticationChallenge challenge) =>
        !challenge.Scheme.Equals("Digest", StringComparison.OrdinalIgnoreCase) || challenge["nonce"] is null || Quality(challenge) == "" ? 0
        : Algorithm(challenge) switch { "SHA-256" => 5, "SHA-256-SESS" => 4, "MD5" => 3, "MD5-SESS" => 2, _ => 0 };

    public override string For(string method, string uri, ReadOnlySpan<byte> body = default)
    {
        var request = Hash(_quality == "auth-int" ? $"{method}:{uri}:{Hash(body)}" : $"{method}:{uri}");
        var count = $"{Interlocked.Increment(ref _count):x8}";
        var protection = _quality is null ? "" : $"{count}:{_clientNonce}:{_quality}:";
        List<string> parts = [User(), $"realm={Quote(_realm)}", $"nonce={Quote(_nonce)}", $"uri={Quote(uri)}"];
        if (_quality is not null)
            parts.AddRange([$"qop={_quality}", $"nc={count}"]);
        if (_quality is not null || _isSession)
            parts.Add($"cnonce={Quote(_clientNonce)}");
        parts.Add($"response=\"{Hash($"{_secret}:{_nonce}:{protection}{request}")}\"");
        if (_challenge["algorithm"] is { Length: > 0 } algorithm)
            parts.Add($"algorithm={algorithm}");
        if (_challenge["opaque"] is { } opaque)
            parts.Add($"opaque={Quote(opaque)}");
        if (IsUserHashed)
            parts.Add("userhash=true");
        return $"Digest {string.Join(", ", parts)}";
    }

    bool IsUserHashed => "true".Equals(_challenge["userhash"], StringComparison.OrdinalIgnoreCase);

    // A server that announces UTF-8 understands the form of RFC 8187; to others the bytes are sent as they are, as players do.
    string User() => IsUserHashed ? $"username=\"{Hash($"{_user}:{_realm}")}\""
        : "UTF-8".Equals(_challenge["charset"], StringComparison.OrdinalIgnoreCase) && !Ascii.IsValid(_login.User)
            ? $"username*=UTF-8''{Uri.EscapeDataString(_login.User)}"
        : $"username={Quote(_user)}";

    static string Algorithm(AuthenticationChallenge challenge) =>
        challenge["algorithm"] is { Length: > 0 } algorithm ? algorithm.ToUpperInvariant() : "MD5";

    /// <returns>Null where the server asks for none; empty where it asks for one that is not known here.</returns>
    static string? Quality(AuthenticationChallenge challenge)
    {
        if (challenge["qop"] is not { Length: > 0 } offered)
            return null;
        var qualities = offered.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        return new[] { "auth", "auth-int" }.FirstOrDefault(known => qualities.Contains(known, StringComparer.OrdinalIgnoreCase)) ?? "";
    }

    string Hash(string wire) => Hash(Encoding.Latin1.GetBytes(wire));

    string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(
        Algorithm(_challenge).StartsWith("SHA", StringComparison.Ordinal) ? SHA256.HashData(bytes) : MD5.HashData(bytes));

    // Headers are read and written with a letter for each byte, so that what a server says in its own encoding is hashed as it came.
    static string Wire(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    static string Quote(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
