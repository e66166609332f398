namespace FastCam.Tests.Faults;

/// <summary>A V4L2 camera that does what a test says: a library for LD_PRELOAD, compiled once, and a file that stands for the device.</summary>
sealed class TestCamera : IDisposable
{
    static readonly Lazy<string?> Library = new(Compile);

    readonly TemporaryFolder _folder = new();

    public TestCamera() => Plug();

    public static bool CanBeBuilt => OperatingSystem.IsLinux() && Library.Value is not null;

    public string Device => _folder.File("video0");

    /// <summary>Where the program is to look for cameras.</summary>
    public string Folder => _folder.Path;

    public string Source => $"camera:{Device}";

    public (string Name, string Value)[] Environment => [("LD_PRELOAD", Library.Value!), ("FASTCAM_TEST_CAMERA", Device)];

    public void Plug() => Behave('r');

    public void Unplug() => File.Delete(Device);

    public void Stall() => Behave('s');

    /// <summary>It gives nothing, and whoever asks it for a frame hangs in its driver.</summary>
    public void Hang() => Behave('h');

    /// <summary>It loses three frames in thirty.</summary>
    public void Overrun() => Behave('o');

    public void Dispose() => _folder.Dispose();

    void Behave(char letter)
    {
        // The file is moved into place, since it is read for every frame and must be whole each time.
        File.WriteAllText(_folder.File("next"), $"{letter}");
        File.Move(_folder.File("next"), Device, overwrite: true);
    }

    static string? Compile()
    {
        var library = Path.Combine(AppContext.BaseDirectory, "test_camera.so");
        var code = Repository.File("tests", "FastCam.Tests", "Faults", "test_camera.c");
        return File.Exists("/usr/bin/cc") && RtspServer.Execute("/usr/bin/cc", "-shared", "-fPIC", "-O2", "-o", library, code, "-ldl") == 0 ? library : null;
    }
}
