using System.Diagnostics;
using System.Globalization;
using FastCam.Video.Libraries;

namespace FastCam.Tests.OpenCv;

/// <summary>A desktop of a test's own: a display without a screen, a window manager, and somebody at the keyboard.</summary>
sealed class Desktop : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Process _display, _manager;
    readonly string _name;

    public Desktop(int width, int height)
    {
        Assert.SkipUnless(MediaLibrary.IsThere, "the program was built without OpenCV");
        Assert.SkipUnless(
            new[] { "Xvfb", "openbox", "xdotool" }.All(program => File.Exists($"/usr/bin/{program}")),
            "Xvfb, openbox or xdotool is not installed: make setup-test installs them");
        (Width, Height) = (width, height);
        _display = Process.Start(new ProcessStartInfo("Xvfb", ["-displayfd", "1", "-screen", "0", $"{width}x{height}x24", "-nolisten", "tcp"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _name = $":{_display.StandardOutput.ReadLine()}";
        _manager = Start("openbox");
        Until(() => Tool("get_num_desktops").Length > 0, "the window manager does not come up"); // Until then nobody makes a window fill the screen.
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>What a program needs in its environment to find the desktop.</summary>
    public (string, string) Environment => ("DISPLAY", _name);

    /// <summary>Waits for the program's window whose title holds a text, gives it the keyboard, and returns its number.</summary>
    public string Window(string title)
    {
        string? window = null;
        Until(
            () => (window = Windows().FirstOrDefault(id => Title(id).Contains(title))) is not null,
            $"there was no window called {title}");
        // Keys go to whichever window has the keyboard, and a window manager that is busy gives it late.
        Until(
            () =>
            {
                Tool("windowactivate", window!);
                return Tool("getactivewindow") == window;
            },
            $"the window {title} does not get the keyboard{(_manager.HasExited ? ": there is no window manager any more" : "")}");
        return window!;
    }

    /// <summary>All windows of the program, by their numbers.</summary>
    public IReadOnlyList<string> Windows() =>
        [.. Tool("search", "--class", "fastcam").Split('\n').Where(window => window.Length > 0 && Title(window) != "fastcam")]; // that one is GTK's own

    public void Move(string window, int x, int y) => Tool("windowmove", "--sync", window, $"{x}", $"{y}");

    /// <summary>Moves the pointer.</summary>
    public void Point(int x, int y) => Tool("mousemove", "--sync", $"{x}", $"{y}");

    public string Title(string window) => Tool("getwindowname", window);

    public void Press(string key) => Tool("key", key);

    /// <summary>The width and height of a window.</summary>
    public (int Width, int Height) Size(string window)
    {
        var lines = Tool("getwindowgeometry", "--shell", window).Split('\n').Select(line => line.Split('=')).ToDictionary(pair => pair[0], pair => pair[^1]);
        return (int.Parse(lines["WIDTH"], CultureInfo.InvariantCulture), int.Parse(lines["HEIGHT"], CultureInfo.InvariantCulture));
    }

    /// <summary>All that is on the screen: red, green and blue of each pixel.</summary>
    public byte[] Screenshot() => FFmpeg.Run(
        "-f", "x11grab", "-draw_mouse", "0", "-video_size", $"{Width}x{Height}", "-i", _name,
        "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1");

    /// <summary>The display fails, as when somebody signs out.</summary>
    public void Kill()
    {
        _display.Kill();
        _display.WaitForExit();
    }

    public static void Until(Func<bool> isSo, string otherwise)
    {
        var clock = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(clock.Elapsed < Patience, otherwise);
            Thread.Sleep(50);
        }
    }

    public void Dispose()
    {
        foreach (var process in (Process[])[_manager, _display])
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    string Tool(params string[] arguments)
    {
        using var process = Start("xdotool", arguments);
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text.Trim();
    }

    Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DISPLAY"] = _name;
        return Process.Start(start)!;
    }
}
