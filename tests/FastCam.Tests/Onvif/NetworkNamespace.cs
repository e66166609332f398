using System.Runtime.InteropServices;
using FastCam.Tests.Faults;
using FastCam.Tests.Video;

namespace FastCam.Tests.Onvif;

/// <summary>
/// A network that is a test's own: a thread leaves the machine's, and the sockets that it opens and the programs that it starts are in one where
/// there is nothing but a loopback interface with multicast. Nothing leaves the machine, and nobody else answers.
/// </summary>
static partial class NetworkNamespace
{
    const int NewNetwork = 0x4000_0000; // CLONE_NEWNET

    static readonly Lazy<bool> Possible = new(() =>
    {
        var isSetUp = false;
        if (OperatingSystem.IsLinux() && File.Exists("/usr/sbin/ip"))
            Limited.Run(() => isSetUp = SetUp());
        return isSetUp;
    });

    public static void Require() => Assert.SkipUnless(
        Possible.Value, "needs a network namespace of its own: root on Linux, and the program ip (apt-get install iproute2)");

    /// <summary>Runs a body on a thread in a network of its own.</summary>
    public static void Run(Action body) => Limited.Run(() =>
    {
        Assert.True(SetUp());
        body();
    });

    static bool SetUp() => Unshare(NewNetwork) == 0 && Ip("link", "set", "lo", "up") && Ip("link", "set", "lo", "multicast", "on")
        && Ip("route", "add", "224.0.0.0/4", "dev", "lo");

    static bool Ip(params string[] arguments) => RtspServer.Execute("/usr/sbin/ip", arguments) == 0;

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);
}
