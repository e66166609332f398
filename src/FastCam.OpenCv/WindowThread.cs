using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCam.Video;
using FastCam.Video.Frames;
using FastCam.Video.Libraries;
using OpenCvSharp;

namespace FastCam.OpenCv;

/// <summary>
/// The thread of all windows of this process, since the desktop's library may be called by one alone. It asks each window for what is new, shows that,
/// and hands on the keys.
/// </summary>
sealed partial class WindowThread
{
    /// <summary>So many milliseconds it waits for keys and draws, before it asks again what is new.</summary>
    const int Round = 4;

    const string Gtk = "libgtk-3.so.0", Gdk = "libgdk-3.so.0", X11 = "libX11.so.6";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly ConcurrentQueue<Action> _jobs = new();
    readonly AutoResetEvent _asked = new(false);
    readonly List<OpenCvWindow> _windows = [];
    OpenCvWindow? _active;
    int _opened;
    volatile bool _isLost;

    WindowThread() => new Thread(Run) { IsBackground = true, Name = "windows" }.Start();

    public static WindowThread Shared { get; } = new();

    /// <exception cref="MediaException">There is no display, or none that can be opened.</exception>
    public OpenCvWindow Open(FrameFormat size, IWindowContent content)
    {
        if (OperatingSystem.IsMacOS())
            throw Refused("macOS lets only a program's first thread open windows, which this one needs for itself", null);
        if (OperatingSystem.IsLinux() && !Is("DISPLAY") && !Is("WAYLAND_DISPLAY"))
            throw Refused("neither DISPLAY nor WAYLAND_DISPLAY is set", null);
        OpenCvWindow? window = null;
        Exception? failure = null;
        var isDone = TryInvoke(() =>
        {
            try
            {
                _windows.Add(window = Make(size, content));
            }
            catch (OpenCVException e)
            {
                failure = e;
            }
        });
        if (!isDone)
            throw Refused("the desktop does not answer", null);
        return window ?? throw Refused($"the display {Environment.GetEnvironmentVariable("DISPLAY")} cannot be opened", failure);

        static bool Is(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };

        static MediaException Refused(string why, Exception? cause) => new(
            MediaFault.OutputUnwritable, $"There is no desktop to open a window on ({why}): start this there, or watch the page instead.", cause)
        { Setting = "sink" };
    }

    /// <summary>Closes a window. One that does not answer is left behind.</summary>
    public void Close(OpenCvWindow window) => TryInvoke(() =>
    {
        if (_windows.Remove(window))
            window.Destroy();
    });

    /// <summary>Does something on the thread, and waits for its end.</summary>
    /// <returns>False where the thread hangs.</returns>
    bool TryInvoke(Action job)
    {
        using var done = new ManualResetEventSlim();
        _jobs.Enqueue(() =>
        {
            job();
            done.Set();
        });
        _asked.Set();
        for (var waited = TimeSpan.Zero; waited < Patience && !_isLost; waited += TimeSpan.FromMilliseconds(50))
        {
            if (done.Wait(TimeSpan.FromMilliseconds(50)))
                return true;
        }
        return false;
    }

    void Run()
    {
        while (true)
        {
            if (_windows.Count == 0)
                _asked.WaitOne();
            while (_jobs.TryDequeue(out var job))
                job();
            for (var i = _windows.Count - 1; i >= 0; i--)
            {
                if (!_windows[i].Refresh())
                    _windows.RemoveAt(i);
            }
            // It also draws what was shown, and hears the desktop.
            if (_windows.Count > 0 && Cv2.WaitKeyEx(Round) is var code and not -1 && OpenCvWindow.KeyOf(code) is { } key)
                (_active is { } active && _windows.Contains(active) ? active : _windows[^1]).Press(key);
        }
    }

    /// <summary>Makes a window. The first one starts the desktop's library, which is kept from deciding things for the whole process.</summary>
    OpenCvWindow Make(FrameFormat size, IWindowContent content)
    {
        var isFirst = _opened++ == 0 && OperatingSystem.IsLinux();
        if (isFirst)
        {
            // It would set the locale, and then native libraries would write 0,5 where they are to write 0.5.
            KeepLocale();
            // A window of one overlay has nothing to tell the service for the blind, which complains where it is not there.
            OpenCvLibrary.SetVariable("NO_AT_BRIDGE", "1");
        }
        var window = new OpenCvWindow($"fastcam {_opened}", size, content, active => _active = active);
        if (isFirst)
        {
            _ = OutliveDisplay();
            DarkenBorders();
        }
        return window;
    }

    /// <summary>
    /// An X11 display is gone. By itself X11 would now end this process, and every stream of it, without a word; so this call never returns. Nor may
    /// OpenCV close its windows when the process ends: it would wait for this thread.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int DisplayLost(nint display)
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAtOnce(Environment.ExitCode);
        Shared._isLost = true;
        foreach (var window in Shared._windows)
            window.Lose("The display is gone: whoever had the desktop signed out, or it failed.");
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    static unsafe nint OutliveDisplay() => SetErrorHandler(&DisplayLost);

    /// <summary>What the overlay does not fill is black, whatever the desktop's theme is: at first and on a full screen that is much.</summary>
    static void DarkenBorders()
    {
        const uint User = 800;
        var style = NewStyle();
        _ = LoadStyle(style, "window { background: black; }", -1, 0);
        AddStyle(Screen(), style, User);
    }

    [LibraryImport(Gtk, EntryPoint = "gtk_css_provider_new")]
    private static partial nint NewStyle();

    [LibraryImport(Gtk, EntryPoint = "gtk_css_provider_load_from_data", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LoadStyle(nint style, string text, nint length, nint error);

    [LibraryImport(Gtk, EntryPoint = "gtk_style_context_add_provider_for_screen")]
    private static partial void AddStyle(nint screen, nint style, uint priority);

    [LibraryImport(Gdk, EntryPoint = "gdk_screen_get_default")]
    private static partial nint Screen();

    [LibraryImport(Gtk, EntryPoint = "gtk_disable_setlocale")]
    private static partial void KeepLocale();

    [LibraryImport(X11, EntryPoint = "XSetIOErrorHandler")]
    private static unsafe partial nint SetErrorHandler(delegate* unmanaged[Cdecl]<nint, int> handler);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void EndAtOnce(int code);
}
