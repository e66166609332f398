using System.Net;
using System.Text.Json;
using FastCam.Video.Onvif;

namespace FastCam.Tests.Onvif;

/// <summary>What answers to a probe, which of it is a camera, and where that is looked for.</summary>
public sealed class DiscoveryTests
{
    const string Transmitter = "http://www.onvif.org/ver10/network/wsdl:NetworkVideoTransmitter";
    const string Device = "http://www.onvif.org/ver10/device/wsdl:Device";
    const string Scopes = "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Hof%20%26%20Tor onvif://www.onvif.org/hardware/M1";

    [Fact]
    public void Cameras_of_the_network_are_found_with_their_streams()
    {
        NetworkNamespace.Require();
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("camera.login"), "viewer:secret\n");
        NetworkNamespace.Run(() =>
        {
            using var locked = new OnvifCamera { Login = new("viewer", "secret"), InnerPlace = "10.9.8.7:80", RtspPort = 8554 };
            using var open = new OnvifCamera { Profiles = [new("a", "Same", "1"), new("b", "Same", "2", "JPEG")] };
            using var refusing = new OnvifCamera { Login = new("viewer", "other") };
            using var network = new DiscoveryResponder(
                new(Transmitter, DiscoveryResponder.Reply("urn:uuid:1", Scopes,
                    $"http://[fe80::1]/onvif/device_service http://169.254.1.1/x http://127.0.0.1:{locked.Port}/onvif/device_service")),
                new(null, "no XML at all"u8.ToArray()),
                new(null, DiscoveryResponder.Reply("urn:uuid:p", "ldap:///unit", "http://127.0.0.1/printer", "wsdp:Device wprt:PrintDeviceType")),
                new(Device, DiscoveryResponder.Reply(
                    "urn:uuid:2", "onvif://www.onvif.org/name/%1B%5B31mred", $"http://10.9.8.7:{open.Port}/onvif/device_service", "tds:Device")),
                new(null, DiscoveryResponder.Reply("urn:uuid:3", Scopes, $"http://127.0.0.1:{refusing.Port}/onvif/device_service")));

            var json = Cli.Cli.Run("sources", "--network", "--search-for", "1", "--login", folder.File("camera.login"), "--devices", folder.Path, "--json");
            var report = json.Succeeded().Json(0);
            Assert.Empty(report.GetProperty("cameras").EnumerateArray());
            var cameras = report.GetProperty("network").EnumerateArray().ToDictionary(camera => new Uri(Text(camera, "deviceService")).Port);
            Assert.Equal(new[] { locked.Port, open.Port, refusing.Port }.Order(), cameras.Keys.Order());

            Assert.Equal(["Hof & Tor", "M1", "127.0.0.1", $"http://127.0.0.1:{locked.Port}{OnvifCamera.Path}", $"onvif://127.0.0.1:{locked.Port}"],
                new[] { "name", "hardware", "address", "deviceService", "source" }.Select(name => Text(cameras[locked.Port], name)));
            Assert.Equal([
                $"Main stream H264 640x360 30 rtsp://127.0.0.1:8554/test onvif://127.0.0.1:{locked.Port}?profile=Main%20stream",
                $"Süd & <West> H265 640x360 30 rtsp://127.0.0.1:8554/clock onvif://127.0.0.1:{locked.Port}?profile=S%C3%BCd%20%26%20%3CWest%3E",
            ], Streams(cameras[locked.Port]));
            Assert.Equal([
                $"Same H264 640x360 30 rtsp://127.0.0.1/1 onvif://127.0.0.1:{open.Port}?profile=a",
                $"Same JPEG 640x360 30 rtsp://127.0.0.1/2 onvif://127.0.0.1:{open.Port}?profile=b",
            ], Streams(cameras[open.Port]));
            Assert.Equal("\u001b[31mred", Text(cameras[open.Port], "name"));
            Assert.Empty(Streams(cameras[refusing.Port]));
            Assert.Equal($"http://127.0.0.1:{refusing.Port}{OnvifCamera.Path} refuses this user and password.", Text(cameras[refusing.Port], "problem"));

            var table = Cli.Cli.Run("sources", "--network", "--search-for", "1", "--devices", folder.Path).Succeeded();
            Assert.DoesNotContain("\u001b", table.Output);
            Assert.Contains("?[31mred", table.Output);
            Assert.Contains($"onvif://127.0.0.1:{open.Port}?profile=a is rtsp://127.0.0.1/1", table.Output);
            Assert.Contains(
                $"{locked.Port}{OnvifCamera.Path} wants a user and a password: give them in a login file, or in the address (--login).", table.Output);
            Assert.Equal(("", true), (table.Error, json.Error == ""));
            Assert.DoesNotContain("secret", json.Output);
        });
    }

    [Fact]
    public void A_network_without_cameras_is_said_to_have_none()
    {
        NetworkNamespace.Require();
        NetworkNamespace.Run(() =>
        {
            var result = Cli.Cli.Run("sources", "--network", "--search-for", "1", "--devices", "/nowhere").Succeeded();
            Assert.Contains("No camera on the network answers.", result.Output);
        });
    }

    [Fact]
    public void An_option_for_the_network_is_refused_without_it()
    {
        var result = Cli.Cli.RunInside("sources", "--login", "camera.login");
        Assert.Equal((2, "fastcam: --login is for the cameras of the network, which --network looks for; see fastcam sources --help."),
            (result.ExitCode, result.Error.TrimEnd()));
    }

    [Theory]
    // In the order of preference: where it answered from, on the same network, and else the port and path that it names where it answered from.
    [InlineData("192.168.1.20", "http://10.0.0.1/a http://192.168.1.20:8080/b", "http://192.168.1.20:8080/b")]
    [InlineData("192.168.1.20", "https://192.168.1.20/a http://192.168.1.20/b", "http://192.168.1.20/b")]
    [InlineData("192.168.1.20", "https://192.168.1.20/a", "https://192.168.1.20/a")]
    [InlineData("192.168.1.20", "http://169.254.3.4/a http://192.168.1.21/b", "http://192.168.1.21/b")]
    [InlineData("192.168.1.20", "http://127.0.0.1:81/a", "http://192.168.1.20:81/a")]
    [InlineData("192.168.1.20", "http://intranet/a?b=c", "http://192.168.1.20/a?b=c")]
    [InlineData("192.168.1.20", "http://[2001:db8::1]:81/a", "http://192.168.1.20:81/a")]
    [InlineData("fe80::1", "http://[fe80::1]/a http://192.168.1.20/b", "http://192.168.1.20/b")]
    [InlineData("fe80::1", "http://127.0.0.1/a http://169.254.1.1/b", null)]
    [InlineData("2001:db8::1", "http://[2001:db8::1]:81/a", "http://[2001:db8::1]:81/a")]
    [InlineData("192.168.1.20", "ftp://192.168.1.20/a nonsense", null)]
    public void A_camera_is_looked_for_where_it_answered_from(string from, string addresses, string? expected)
    {
        var devices = new DiscoveredDevices();
        Assert.Equal(expected is not null, devices.Add(Read("urn:uuid:1", addresses), IPAddress.Parse(from), 24));
        Assert.Equal(expected, devices.All.SingleOrDefault()?.Service.AbsoluteUri);
    }

    [Fact]
    public void A_camera_that_answers_often_is_there_once_at_its_best_address()
    {
        var devices = new DiscoveredDevices();
        Assert.True(devices.Add(Read("urn:uuid:1", "http://192.168.1.20/a"), IPAddress.Parse("fe80::1"), 64));
        Assert.False(devices.Add(Read("urn:uuid:1", "http://192.168.1.20/b"), IPAddress.Parse("192.168.1.20"), 24));
        Assert.False(devices.Add(Read("urn:uuid:1", "http://10.0.0.1/c"), IPAddress.Parse("192.168.1.66"), 24));
        Assert.Equal("http://192.168.1.20/b", Assert.Single(devices.All).Service.AbsoluteUri);
    }

    [Fact]
    public void A_flood_of_cameras_is_kept_within_bounds()
    {
        var devices = new DiscoveredDevices();
        for (var i = 0; i < 5000; i++)
            devices.Add(Read($"urn:uuid:{i}", $"http://192.168.1.20:{i + 1}/"), IPAddress.Parse("192.168.1.20"), 24);
        Assert.Equal(DeviceDiscovery.MostDevices, devices.Count);
    }

    [Theory]
    [InlineData("dn:NetworkVideoTransmitter", "", 1)]
    [InlineData("tds:Device", "onvif://www.onvif.org/Profile/Streaming", 1)]
    [InlineData("wsdp:Device", "ldap:///unit", 0)]
    [InlineData("", "", 0)]
    public void What_is_no_camera_is_passed_over(string types, string scopes, int count) =>
        Assert.Equal(count, DiscoveryReply.ReadAll(DiscoveryResponder.Reply("urn:uuid:1", scopes, "http://192.168.1.20/", types)).Count);

    static IReadOnlyList<DiscoveryReply> Read(string endpoint, string addresses) =>
        DiscoveryReply.ReadAll(DiscoveryResponder.Reply(endpoint, Scopes, addresses));

    static string Text(JsonElement camera, string name) => camera.GetProperty(name).GetString()!;

    static IEnumerable<string> Streams(JsonElement camera) => camera.GetProperty("streams").EnumerateArray().Select(stream =>
        $"{Text(stream, "profile")} {Text(stream, "codec")} {stream.GetProperty("width")}x{stream.GetProperty("height")} {stream.GetProperty("rate")} "
        + $"{Text(stream, "rtsp")} {Text(stream, "source")}");
}
