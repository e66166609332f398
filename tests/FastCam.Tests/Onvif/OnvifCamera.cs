using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FastCam.Tests.Faults;
using FastCam.Video.Network;

namespace FastCam.Tests.Onvif;

/// <summary>How a camera that tests play wants logins.</summary>
public enum CameraLogin
{
    /// <summary>In the message, as WS-Security has it.</summary>
    Token,

    /// <summary>By HTTP, as Digest.</summary>
    Digest,

    /// <summary>By HTTP, as Basic.</summary>
    Basic,
}

/// <summary>A stream of that camera.</summary>
sealed record CameraProfile(string Token, string Name, string Path, string Codec = "H264", bool HasVideo = true);

/// <summary>
/// A camera that speaks ONVIF: its device service and both media services over HTTP, written by hand from the standard, with the oddities of
/// real ones.
/// </summary>
sealed class OnvifCamera : IDisposable
{
    public const string Path = "/onvif/device_service";

    static readonly CameraProfile[] Usual =
        [new("nothing", "Sound", "tone", HasVideo: false), new("main", "Main stream", "test"), new("sub", "Süd & <West>", "clock", "H265")];

    readonly LoopbackServer _server;
    readonly List<string> _asked = [];
    readonly X509Certificate2? _certificate;

    public OnvifCamera(int port = 0, X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _server = new(Serve, port: port);
    }

    public int Port => _server.Port;

    /// <summary>Where it is, as a source.</summary>
    public string Source => $"onvif://127.0.0.1:{Port}";

    /// <summary>Where its streams are.</summary>
    public int RtspPort { get; set; } = 554;

    public string RtspScheme { get; init; } = "rtsp";

    /// <summary>The host and port that it knows itself by; null: those at which it is.</summary>
    public string? InnerPlace { get; init; }

    /// <summary>Who may ask it; null: everybody.</summary>
    public Login? Login { get; init; }

    public CameraLogin Kind { get; init; }

    /// <summary>By how much its clock is ahead.</summary>
    public TimeSpan Ahead { get; init; }

    /// <summary>Whether it has the second version of the media service, as the first.</summary>
    public bool HasMedia2 { get; init; } = true;

    /// <summary>Whether it knows GetServices, which early devices do not.</summary>
    public bool KnowsServices { get; init; } = true;

    public IReadOnlyList<CameraProfile> Profiles { get; init; } = Usual;

    /// <summary>What is sent instead of an answer, by the name of what was asked and the answer's XML; the default is the answer.</summary>
    public Func<string, string, byte[]>? Alter { get; init; }

    /// <summary>The names of all that it was asked, in order, each with the service that was asked.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_asked)
                return [.. _asked];
        }
    }

    /// <summary>Answers with status, type and content, as a whole.</summary>
    public static byte[] Http(string status, string content, string type = "application/soap+xml; charset=utf-8")
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var head = $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n";
        return [.. Encoding.Latin1.GetBytes(head), .. bytes];
    }

    /// <summary>A fault with its codes.</summary>
    public static string Fault(string code, string reason) => Envelope(
        $"<S:Fault><S:Code><S:Value>S:Sender</S:Value><S:Subcode><S:Value>ter:{code}</S:Value></S:Subcode></S:Code>"
        + $"<S:Reason><S:Text xml:lang=\"en\">{reason}</S:Text></S:Reason></S:Fault>");

    public void Dispose() => _server.Dispose();

    void Serve(Socket socket)
    {
        using var plain = new NetworkStream(socket, ownsSocket: true);
        using var stream = _certificate is null ? (Stream)plain : new SslStream(plain);
        if (stream is SslStream encrypted)
            encrypted.AuthenticateAsServer(_certificate!);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        if (reader.ReadLine()?.Split(' ') is not [_, var path, ..])
            return;
        var headers = new Dictionary<string, string>();
        while (reader.ReadLine() is { Length: > 0 } line)
            headers[line[..line.IndexOf(':')].ToLowerInvariant()] = line[(line.IndexOf(':') + 1)..].Trim();
        var body = new char[int.Parse(headers["content-length"], CultureInfo.InvariantCulture)];
        reader.ReadBlock(body);
        var message = XElement.Parse(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(body)));
        var request = message.Elements().Single(part => part.Name.LocalName == "Body").Elements().Single();
        var name = request.Name.LocalName;
        lock (_asked)
            _asked.Add($"{path} {name}");
        stream.Write(Answer(path, name, request, message, headers));
    }

    byte[] Answer(string path, string name, XElement request, XElement message, Dictionary<string, string> headers)
    {
        if (Login is { } login && name != "GetSystemDateAndTime")
        {
            if (Kind == CameraLogin.Digest && !IsDigest(login, path, headers.GetValueOrDefault("authorization", "")))
                return Challenge("Digest realm=\"camera\", nonce=\"0a4f113b\"");
            if (Kind == CameraLogin.Basic)
                return Challenge("Basic realm=\"camera\"");
            if (Kind == CameraLogin.Token && !IsToken(login, message))
                return Http("400 Bad Request", Fault("NotAuthorized", "Sender not Authorized"));
        }

        var answer = Body(path, name, request);
        if (Alter is { } alter)
            return alter(name, answer);
        return Http(answer.Contains("Fault") ? "500 Internal Server Error" : "200 OK", answer);
    }

    string Body(string path, string name, XElement request)
    {
        var place = InnerPlace ?? $"127.0.0.1:{Port}";
        var host = place.Split(':')[0];
        var scheme = _certificate is null ? "http" : "https";
        var is2 = path.EndsWith('2');
        var time = DateTime.UtcNow + Ahead;
        return (path, name) switch
        {
            (Path, "GetSystemDateAndTime") => Response(name, "<d:SystemDateAndTime><t:DateTimeType>Manual</t:DateTimeType><t:UTCDateTime>"
                + $"<t:Time><t:Hour>{time.Hour}</t:Hour><t:Minute>{time.Minute}</t:Minute><t:Second>{time.Second}</t:Second></t:Time>"
                + $"<t:Date><t:Year>{time.Year}</t:Year><t:Month>{time.Month}</t:Month><t:Day>{time.Day}</t:Day></t:Date>"
                + "</t:UTCDateTime></d:SystemDateAndTime>"),
            (Path, "GetServices") when KnowsServices => Response(name, Service("ver10/device", Path) + Service("ver10/media", "/onvif/media")
                + (HasMedia2 ? Service("ver20/media", "/onvif/media2") : "")),
            (Path, "GetCapabilities") => Response(name, "<d:Capabilities>"
                + $"<t:Device><t:XAddr>{scheme}://{place}{Path}</t:XAddr></t:Device>"
                + $"<t:Media><t:XAddr>{scheme}://{place}/onvif/media</t:XAddr></t:Media></d:Capabilities>"),
            ("/onvif/media" or "/onvif/media2", "GetProfiles") => Response(name, string.Concat(Profiles.Select(profile => ProfileOf(profile, is2)))),
            ("/onvif/media" or "/onvif/media2", "GetStreamUri") when Chosen(request) is { } profile =>
                StreamUri(name, $"{RtspScheme}://{host}:{RtspPort}/{profile.Path}", is2),
            _ => Fault("ActionNotSupported", "Optional Action Not Implemented"),
        };

        CameraProfile? Chosen(XElement request) => Profiles.FirstOrDefault(profile => profile.Token == Text(request, "ProfileToken"));

        // The link-local address comes first, as some cameras have it.
        string Service(string space, string servicePath) => $"<d:Service><d:Namespace>http://www.onvif.org/{space}/wsdl</d:Namespace>"
            + $"<d:XAddr>{scheme}://169.254.7.7:8/wrong {scheme}://{place}{servicePath}</d:XAddr></d:Service>";
    }

    static string StreamUri(string name, string uri, bool is2) =>
        Response(name, is2 ? $"<d:Uri>{uri}</d:Uri>" : $"<d:MediaUri><t:Uri>{uri}</t:Uri></d:MediaUri>");

    static string ProfileOf(CameraProfile profile, bool is2)
    {
        var video = $"<t:Encoding>{profile.Codec}</t:Encoding><t:Resolution><t:Width>640</t:Width><t:Height>360</t:Height></t:Resolution>"
            + "<t:RateControl><t:FrameRateLimit>30</t:FrameRateLimit></t:RateControl>";
        var encoder = !profile.HasVideo ? "" : is2 ? $"<d:Configurations><d:VideoEncoder token=\"v\">{video}</d:VideoEncoder></d:Configurations>"
            : $"<t:VideoEncoderConfiguration token=\"v\">{video}</t:VideoEncoderConfiguration>";
        return $"<d:Profiles fixed=\"true\" token=\"{profile.Token}\"><d:Name>{new XText(profile.Name)}</d:Name>{encoder}</d:Profiles>";
    }

    static string Response(string name, string content) => Envelope($"<d:{name}Response>{content}</d:{name}Response>");

    static string Envelope(string body) => "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<S:Envelope xmlns:S=\"http://www.w3.org/2003/05/soap-envelope\" "
        + "xmlns:d=\"urn:service\" xmlns:t=\"http://www.onvif.org/ver10/schema\" xmlns:ter=\"http://www.onvif.org/ver10/error\">"
        + $"<S:Header/><S:Body>{body}</S:Body></S:Envelope>";

    static byte[] Challenge(string challenge) => Encoding.Latin1.GetBytes(
        $"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {challenge}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    /// <summary>Judges a token as the standard has it; one that is a minute off is taken for one that was overheard.</summary>
    bool IsToken(Login login, XElement message)
    {
        if (Text(message, "Nonce") is not { Length: > 0 } nonce)
            return false;
        var created = Text(message, "Created");
        var age = DateTime.UtcNow + Ahead - DateTime.Parse(created, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        var expected = SHA1.HashData([.. Convert.FromBase64String(nonce), .. Encoding.UTF8.GetBytes(created), .. Encoding.UTF8.GetBytes(login.Password)]);
        return Text(message, "Username") == login.User && Text(message, "Password") == Convert.ToBase64String(expected)
            && age.Duration() < TimeSpan.FromMinutes(1);
    }

    static bool IsDigest(Login login, string path, string header)
    {
        var secret = Md5($"{login.User}:camera:{login.Password}");
        return Regex.Match(header, "response=\"(\\w+)\"").Groups[1].Value == Md5($"{secret}:0a4f113b:{Md5($"POST:{path}")}");

        static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
    }

    static string Text(XElement message, string name) => message.Descendants().FirstOrDefault(part => part.Name.LocalName == name)?.Value ?? "";
}
