using System.Net;
using System.Net.Sockets;
using FastCam.Video;
using FastCam.Video.Network;

namespace FastCam.Tests.Video;

/// <summary>Where a source's server may lead us, and where not.</summary>
public sealed class RedirectPolicyTests
{
    static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");
    static readonly Login Somebody = new("viewer", "pa55");

    readonly RedirectPolicy _policy = new();

    [Theory]
    [InlineData("rtsp://cam/live?a=1", "/moved", "rtsp://cam/moved", true)]
    [InlineData("rtsp://cam/live/a", "b?c=%20d", "rtsp://cam/live/b?c=%20d", true)]
    [InlineData("rtsp://cam/live", "rtsp://CAM:554/moved", "rtsp://cam/moved", true)]
    [InlineData("rtsp://cam/live", "rtsp://x:y@cam:8554/moved", "rtsp://cam:8554/moved", false)]
    [InlineData("rtsp://cam/live", "rtsps://cam/moved", "rtsps://cam/moved", false)]
    [InlineData("rtsp://cam/live", "rtsp://other", "rtsp://other/", false)]
    [InlineData("rtsp://cam/live", "//[2001:db8::1]:8554/moved", "rtsp://[2001:db8::1]:8554/moved", false)]
    [InlineData("http://cam/live", "https://cam/moved#there", "https://cam/moved", false)]
    [InlineData("https://cam/live", "?again", "https://cam/live?again", true)]
    public void A_redirect_is_followed_and_the_login_stays_with_its_origin(string from, string location, string to, bool isLoginSent)
    {
        var next = _policy.Follow([Address(from)], location);
        Assert.Equal(to, next.Url);
        Assert.Equal(isLoginSent ? Somebody : null, next.Login);
        Assert.Equal(Address(from), next.First);
        Assert.Equal(Address(from), _policy.Lead(next, new Uri(to)).First);
        Assert.Equal(isLoginSent ? Somebody : null, _policy.Lead(next, new Uri(to)).Login);
        if (next.Scheme == Address(from).Scheme)
            Assert.Equal(Somebody, _policy.Lead(next, new Uri(new Uri(from), "/back")).Login); // the login's own server gets it again
    }

    [Theory]
    [InlineData("rtsps://cam/live", "rtsp://cam/moved?token=pa55", "leads to rtsp://cam/moved, which is not encrypted")]
    [InlineData("https://cam/live", "http://cam/moved", "not encrypted")]
    [InlineData("rtsp://cam/live", "http://cam/moved", "leads to http://cam/moved, which is no RTSP")]
    [InlineData("http://cam/live", "rtsp://cam/moved", "which is no HTTP")]
    [InlineData("rtsp://cam/live", "file:///etc/passwd", "leads to file:///etc/passwd, which is no RTSP")]
    [InlineData("http://cam/live", "ftp://x:pa55@cam/moved", "which is no HTTP")]
    [InlineData("rtsp://cam/live", "rtsp:///moved", "leads to rtsp:///moved, which is no RTSP")]
    [InlineData("rtsp://cam/live", null, "does not say where to")]
    [InlineData("rtsp://cam/live", " ", "does not say where to")]
    [InlineData("rtsp://cam/live", "rtsp://a b/", "does not say where to")]
    [InlineData("rtsp://cam/live", "rtsp://cam:554/live", "in a circle, to rtsp://cam/live again")]
    public void A_redirect_that_is_not_followed_is_said_with_its_address(string from, string? location, string part)
    {
        var error = Assert.Throws<MediaException>(() => _policy.Follow([Address(from)], location));
        Assert.Equal(Recovery.None, error.Recovery);
        Assert.Contains(part, error.Message);
        Assert.DoesNotContain("pa55", error.Message);
    }

    [Fact]
    public void Redirects_are_followed_five_times_and_never_back()
    {
        var passed = new List<StreamAddress> { Address("rtsp://cam/0") };
        for (var i = 1; i <= 5; i++)
            passed.Add(_policy.Follow(passed, $"/{i}"));
        Assert.Contains("rtsp://cam/6", Assert.Throws<MediaException>(() => _policy.Follow(passed, "/6")).Message);
        Assert.Contains("circle", Assert.Throws<MediaException>(() => _policy.Follow(passed, "/2")).Message);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.9.9.9")]
    [InlineData("::1", "127.0.0.1")]
    [InlineData("::ffff:127.0.0.1", "::1")]
    [InlineData("0.0.0.0", "::1")]
    [InlineData("0.1.2.3", "::1")]
    [InlineData("::", "::1")]
    [InlineData("169.254.169.254", "fe80::1")]
    [InlineData("::ffff:169.254.1.1", "169.254.2.2")]
    [InlineData("fe80::1", "169.254.1.1")]
    public async Task Nobody_from_elsewhere_leads_to_this_machine_or_its_link(string ip, string near)
    {
        var policy = new RedirectPolicy((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(ip)]));
        var first = Address("http://cam/live");
        var next = policy.Lead(first, new Uri("http://inner/x"));
        await Refused(); // before anything was reached too
        policy.Reached(first, Elsewhere);
        policy.Reached(first, IPAddress.Parse(near)); // the first place counts, whatever the name comes to mean
        await Refused();
        Assert.Equal([IPAddress.Parse(ip)], await policy.Resolve(first, TestContext.Current.CancellationToken)); // what the user named is opened
        var literal = policy.Lead(first, new UriBuilder("http", ip).Uri);
        await Assert.ThrowsAsync<MediaException>(() => policy.Resolve(literal, TestContext.Current.CancellationToken));

        var local = new RedirectPolicy((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(ip)]));
        local.Reached(first, IPAddress.Parse(near));
        Assert.Single(await local.Resolve(next, TestContext.Current.CancellationToken));

        async Task Refused()
        {
            var error = await Assert.ThrowsAsync<MediaException>(() => policy.Resolve(next, TestContext.Current.CancellationToken));
            Assert.Equal(Recovery.None, error.Recovery);
            Assert.Contains("http://inner/x (to which http://cam/live leads) is at ", error.Message);
        }
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("10.0.0.1")]
    [InlineData("2001:db8::1")]
    [InlineData("169.253.1.1")]
    public async Task Other_addresses_are_open_to_all(string ip)
    {
        var policy = new RedirectPolicy((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(ip), IPAddress.Loopback]));
        var first = Address("http://cam/live");
        policy.Reached(first, Elsewhere);
        var open = await policy.Resolve(policy.Lead(first, new Uri("http://inner/x")), TestContext.Current.CancellationToken);
        Assert.Equal([IPAddress.Parse(ip)], open); // and of several only those that may be
    }

    [Fact]
    public void The_address_that_was_checked_is_the_one_dialled()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = 0;
        var policy = new RedirectPolicy((_, _) => Task.FromResult<IPAddress[]>(++asked % 2 == 1 ? [IPAddress.Loopback] : [Elsewhere]));
        var address = new StreamAddress("http", "cam.invalid", ((IPEndPoint)listener.LocalEndpoint).Port, "/");
        using var socket = TlsConnector.Reach(address, policy, TestContext.Current.CancellationToken);
        Assert.Equal(listener.LocalEndpoint, ((IPEndPoint)socket.RemoteEndPoint!) is var to ? new IPEndPoint(to.Address.MapToIPv4(), to.Port) : null);
        Assert.Equal(1, asked); // a name that is asked for twice may mean two places
    }

    static StreamAddress Address(string text) => StreamAddress.From(new Uri(text))! with { Login = Somebody };
}
