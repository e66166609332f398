using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using FastCam.Tests.Onvif;
using FastCam.Tests.OpenCv;

namespace FastCam.Tests.Faults;

/// <summary>The commands of the pages about cameras and streams, run as they stand but for the camera's address.</summary>
public sealed partial class StreamDocsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Those_about_streams_come_to_a_frame()
    {
        Faults.RequireRtspServer();
        Faults.RequireGStreamer();
        var (certificate, withKey) = SelfSigned.Create(_folder);
        File.WriteAllText(_folder.File("camera.login"), "viewer:secret\n");
        using var open = new RtspServer();
        using var locked = new RtspServer("--login", "viewer:secret", "--certificate", withKey);
        using var http = new MjpegServer();
        using var plain = new RtspServer("--login", "viewer:secret");
        using var camera = new OnvifCamera { Login = new("viewer", "secret"), RtspPort = plain.Port };
        var sent = new (string Written, SentStream Stream)[]
        {
            ("camera.sdp", SentStream.Create("rtp", _folder)), ("udp://:5004", SentStream.Create("udp", _folder)),
            ("srt://192.168.1.20:9000", SentStream.Create("srt", _folder)), ("srt://:9000?mode=listener", SentStream.Create("srt-listener", _folder)),
            ("rtmp://192.168.1.20/live", SentStream.Create("rtmp", _folder)), ("rtmp://:1935/live?mode=listener", SentStream.Create("rtmp-listener", _folder)),
        };
        using var encrypted = new RtmpServer(StreamSender.Numbered, certificate: X509Certificate2.CreateFromPemFile(withKey));
        File.WriteAllText(_folder.File("key.login"), ":camera1\n");
        foreach (var command in Commands("rtsp.md").Where(command => !IsSearch(command)))
        {
            var (written, stream) = Array.Find(sent, sent => command.Contains(sent.Written));
            if (stream is not null)
            {
                RunToAFrame(command.Replace(written, stream.Source).Replace("sender.login", stream.LoginArguments(_folder).LastOrDefault()), [], stream);
                continue;
            }

            RunToAFrame(command
                .Replace("rtmps://192.168.1.20/live", $"rtmps://localhost:{encrypted.Port}/live")
                .Replace("key.login", _folder.File("key.login"))
                .Replace("rtsps://192.168.1.20/stream1", $"rtsps://localhost:{locked.Port}/test")
                .Replace("rtsp://192.168.1.20/stream1", open.Url("test"))
                .Replace("http://192.168.1.20/video.mjpeg", http.Url("stream"))
                .Replace("http://192.168.1.20/snapshot.jpg", http.Url("snapshot"))
                .Replace("onvif://192.168.1.20", camera.Source)
                .Replace("camera.login", _folder.File("camera.login")).Replace("camera.pem", certificate), []);
        }
    }

    [Fact]
    public void Those_about_finding_cameras_find_one()
    {
        NetworkNamespace.Require();
        File.WriteAllText(_folder.File("camera.login"), "viewer:secret\n");
        NetworkNamespace.Run(() =>
        {
            using var camera = new OnvifCamera { Login = new("viewer", "secret") };
            var address = $"http://127.0.0.1:{camera.Port}{OnvifCamera.Path}";
            using var network = new DiscoveryResponder(new DiscoverableDevice(null, DiscoveryResponder.Reply("urn:uuid:1", "", address)));
            foreach (var command in Commands("rtsp.md").Where(IsSearch))
                Assert.Contains($"{camera.Source}?profile=Main%20stream", Run(command.Replace("camera.login", _folder.File("camera.login"))).Output);
        });

        static Cli.Cli.Result Run(string command) => Cli.Cli.Run(Words(command)).Succeeded();
    }

    [Fact]
    public void Those_about_cameras_come_to_a_frame()
    {
        Faults.RequireCamera();
        Faults.RequireGStreamer();
        using var camera = new TestCamera();
        using var desktop = new Desktop(1024, 768);
        foreach (var command in Commands("webcam.md"))
        {
            if (IsSearch(command))
            {
                Assert.Contains("Test camera", Cli.Cli.Run([.. Words(command), "--devices", camera.Folder], camera.Environment).Succeeded().Output);
            }
            else
            {
                var named = command.Contains("--source") ? command : command.Replace("fastcam run", "fastcam run --source camera:0");
                RunToAFrame(named.Replace("camera:0", camera.Source).Replace("/dev/video0", camera.Source), [.. camera.Environment, desktop.Environment]);
            }
        }
    }

    static bool IsSearch(string command) => command.StartsWith("fastcam sources", StringComparison.Ordinal);

    static void RunToAFrame(string command, (string, string)[] environment, SentStream? stream = null)
    {
        var words = Words(command);
        Assert.Equal(("run", "--source"), (words[0], words[1]));
        using var run = LiveRun.StartAsItStands(words[2], environment, [.. words[3..], "--sink", $"web://127.0.0.1:{Ports.Free()}"]);
        if (stream is not null)
            run.WaitFor(said => said.Reason == stream.Awaited, "waiting");
        using var sender = stream?.Start(StreamSender.Numbered);
        run.WaitFor("running");
        run.Stop();
    }

    static List<string> Commands(string page)
    {
        var blocks = Block().Matches(File.ReadAllText(Repository.File("docs", page)));
        var commands = blocks.SelectMany(block => block.Groups["body"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.NotEmpty(commands);
        Assert.All(commands, command => Assert.StartsWith("fastcam ", command));
        return commands;
    }

    static string[] Words(string command) => [.. Word().Matches(command).Skip(1).Select(word => word.Value.Trim('"'))];

    [GeneratedRegex("```sh\n(?<body>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();
}
