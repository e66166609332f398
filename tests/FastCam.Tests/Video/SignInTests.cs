using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using FastCam.Video.Network;
using FastCam.Video.Network.Logins;

namespace FastCam.Tests.Video;

/// <summary>A server's challenges, and what they are answered with.</summary>
public sealed class SignInTests
{
    static readonly Login Somebody = new("u", "p");

    [Theory]
    [InlineData("Basic realm=\"a\"", "Basic(realm=a)")]
    [InlineData("Digest realm=\"a, b=c\", nonce=\"n==\" , stale=FALSE", "Digest(realm=a, b=c;nonce=n==;stale=FALSE)")]
    [InlineData("Digest realm=\"a \\\"b\\\" \\\\c\", nonce=n", "Digest(realm=a \"b\" \\c;nonce=n)")]
    [InlineData("Digest realm=\"a\", nonce=n, algorithm=SHA-512-256, Digest realm=b, nonce=\"m\"", "Digest(realm=a;nonce=n) Digest(realm=b;nonce=m)")]
    [InlineData("Negotiate abc==, NTLM, Basic realm=a", "Negotiate() NTLM() Basic(realm=a)")]
    [InlineData(", ,Digest\trealm = a nonce=\"n\" ,stale=true", "Digest(realm=a;nonce=n;stale=true)")]
    [InlineData("Digest realm=Streaming Server, nonce=n", "Digest(realm=Streaming;nonce=n)")]
    [InlineData("Digest realm=\"a", "Digest(realm=a)")]
    [InlineData("realm=a, Basic", "Basic()")]
    [InlineData("=\"=,\"", "")]
    public void The_challenges_of_a_header_are_told_apart(string header, string expected) => Assert.Equal(expected, string.Join(
        ' ', AuthenticationChallenge.Parse([header]).Select(challenge => $"{challenge.Scheme}({string.Join(
            ';', new[] { "realm", "nonce", "stale" }.Where(name => challenge[name] is not null).Select(name => $"{name}={challenge[name]}"))})")));

    // Challenge and answer are the example of RFC 2617, section 3.5, without qop; the response was computed by md5sum.
    [Fact]
    public void A_digest_without_qop_is_as_the_RFC_has_it()
    {
        const string Challenge = "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
            + "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
        Assert.Equal(
            "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", "
            + "response=\"670fd8c2df070c60b045671b8b24ff02\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
            Answer(new("Mufasa", "Circle Of Life"), "Basic realm=\"x\"", Challenge)!.For("GET", "/dir/index.html"));
    }

    // RFC 2617, section 3.5, and RFC 7616, section 3.9.1.
    [Theory]
    [InlineData(
        "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"",
        "Circle Of Life", "0a4f113b", "6629fae49393a05397450978507c4ef1")]
    [InlineData(
        "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"",
        "Circle of Life", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData(
        "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"",
        "Circle of Life", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void A_digest_with_qop_is_as_the_RFCs_have_it(string challenge, string password, string clientNonce, string response)
    {
        var digest = new DigestAuthorization(AuthenticationChallenge.Parse([challenge])[0], new("Mufasa", password), clientNonce);
        Assert.Contains($"response=\"{response}\"", digest.For("GET", "/dir/index.html"));
    }

    [Theory]
    [InlineData("MD5", "auth,auth-int", "auth")]
    [InlineData("SHA-256", "auth", "auth")]
    [InlineData("MD5-sess", "auth", "auth")]
    [InlineData("SHA-256-sess", "AUTH", "auth")]
    [InlineData("MD5", "auth-int", "auth-int")]
    [InlineData("SHA-256-sess", "auth-int", "auth-int")]
    [InlineData("MD5-sess", null, null)]
    [InlineData("SHA-256", null, null)]
    public void A_digest_binds_what_the_challenge_asks_for(string algorithm, string? offered, string? taken)
    {
        var answer = Answer(Somebody, $"Digest realm=\"r\", nonce=\"n\", algorithm={algorithm}" + (offered is null ? "" : $", qop=\"{offered}\""))!;
        for (var count = 1; count <= 2; count++)
        {
            var header = answer.For("PLAY", "rtsp://cam/s", "body"u8);
            var secret = Hash("u:r:p");
            if (algorithm.EndsWith("-sess", StringComparison.Ordinal))
                secret = Hash($"{secret}:n:{Value("cnonce")}");
            var request = Hash(taken == "auth-int" ? $"PLAY:rtsp://cam/s:{Hash("body")}" : "PLAY:rtsp://cam/s");
            var protection = taken is null ? "" : $"{count:x8}:{Value("cnonce")}:{taken}:";
            Assert.Equal(Hash($"{secret}:n:{protection}{request}"), Value("response"));
            Assert.Equal((taken ?? "", taken is null ? "" : $"{count:x8}", algorithm), (Value("qop"), Value("nc"), Value("algorithm")));

            string Value(string name) => Regex.Match(header, $" {name}=\"?([^\", ]+)").Groups[1].Value;
        }

        string Hash(string text) => Hex(algorithm, Encoding.ASCII.GetBytes(text));
    }

    [Fact]
    public void What_stands_in_quotes_is_hashed_as_it_is_meant_and_sent_in_quotes()
    {
        var header = Answer(new("a\"b\\c", "p"), "Digest realm=\"x \\\"y\\\"\", nonce=\"n\"")!.For("PLAY", "u");
        Assert.StartsWith("Digest username=\"a\\\"b\\\\c\", realm=\"x \\\"y\\\"\", nonce=\"n\"", header);
        var secret = Hex("MD5", "a\"b\\c:x \"y\":p"u8);
        Assert.Contains(Hex("MD5", Encoding.ASCII.GetBytes($"{secret}:n:{Hex("MD5", "PLAY:u"u8)}")), header);
    }

    // The name, and its form after the asterisk, are those of RFC 7616, section 3.9.2.
    [Theory]
    [InlineData("", "username=\"JÃ¤sÃ¸n Doe\"")]
    [InlineData(", charset=UTF-8", "username*=UTF-8''J%C3%A4s%C3%B8n%20Doe")]
    [InlineData(", charset=UTF-8, userhash=true", "userhash=true")]
    public void A_name_beyond_ASCII_is_sent_as_the_server_wants_it(string wanted, string part)
    {
        var header = Answer(new("Jäsøn Doe", "Sécret"), $"Digest realm=\"Ã¼\", nonce=\"n\"{wanted}")!.For("PLAY", "u");
        Assert.Contains(part, header);
        Assert.Equal(wanted.Contains("userhash"), header.Contains(Hex("MD5", "Jäsøn Doe:ü"u8)));
        Assert.Contains(Hex("MD5", Encoding.ASCII.GetBytes($"{Hex("MD5", "Jäsøn Doe:ü:Sécret"u8)}:n:{Hex("MD5", "PLAY:u"u8)}")), header);
        Assert.All(header, letter => Assert.InRange(letter, ' ', '\u00FF')); // each is sent as a byte
    }

    [Fact]
    public void The_strongest_challenge_that_is_known_is_answered()
    {
        Assert.Equal("Basic dTpw", Answer(Somebody, "Negotiate", "basic realm=\"r\"")!.For("PLAY", "x"));
        const string Md5 = "Digest realm=\"r\", nonce=\"n\"", Sha256 = $"{Md5}, algorithm=SHA-256", Sha512 = $"{Md5}, algorithm=SHA-512-256";
        Assert.Contains("algorithm=SHA-256", Answer(Somebody, "Basic realm=\"r\"", Md5, Sha256, Sha512)!.For("PLAY", "x"));
        Assert.Contains("algorithm=SHA-256", Answer(Somebody, $"{Sha512}, {Sha256}, {Md5}")!.For("PLAY", "x"));
        Assert.StartsWith("Digest", Answer(Somebody, $"Basic realm=\"r\", {Md5}")!.For("PLAY", "x"));
        Assert.Null(Answer(Somebody, "Negotiate", Sha512, $"{Md5}, qop=\"auth-conf\"", "Digest realm=\"r\""));
    }

    [Fact]
    public void A_refusal_is_final_but_where_the_answer_was_too_old()
    {
        const string Asked = "Digest realm=\"r\", nonce=\"n\"", Stale = $"{Asked}, stale=true";
        Assert.False(new SignIn(null).Refused([Asked], authorised: false, 0));
        var signIn = new SignIn(Somebody);
        Assert.Null(signIn.For("PLAY", "x"));
        Assert.True(signIn.Refused([Asked], authorised: false, 0));
        Assert.NotNull(signIn.For("PLAY", "x"));
        Assert.False(signIn.Refused([Asked], authorised: true, 1));
        Assert.True(signIn.Refused([Stale], authorised: true, 1));
        Assert.False(signIn.Refused([Stale], authorised: true, 3)); // a server that calls every answer stale
        signIn.Accepted();
        Assert.True(signIn.Refused([Asked], authorised: true, 0));
        Assert.False(signIn.Refused([Asked], authorised: true, 1));
    }

    [Fact]
    public void What_is_not_known_is_named()
    {
        var signIn = new SignIn(Somebody);
        Assert.False(signIn.Refused(["Negotiate", $"Digest realm=\"r\", nonce=\"n\", algorithm={new string('X', 99)}, qop=\"auth\""], authorised: false, 0));
        Assert.Equal($"Negotiate, Digest with {new string('X', 40)}… and qop auth", signIn.Unknown);
        Assert.True(signIn.Refused(["Basic"], authorised: false, 0));
        Assert.Null(signIn.Unknown);
    }

    static Authorization? Answer(Login login, params string[] headers) => Authorization.Answer(AuthenticationChallenge.Parse(headers), login);

    static string Hex(string algorithm, ReadOnlySpan<byte> bytes) =>
        Convert.ToHexStringLower(algorithm.StartsWith("MD5", StringComparison.Ordinal) ? MD5.HashData(bytes) : SHA256.HashData(bytes));
}
