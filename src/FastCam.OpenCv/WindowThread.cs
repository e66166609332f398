using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
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

    /// <summary>What hangs is waited for so often so long: 5 s.</summary>
    const int Rounds = 100;

    static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(50);

    readonly ConcurrentQueue<Job> _jobs = new();
    readonly AutoResetEvent _asked = new(false);
    readonly List<OpenCvWindow> _windows = [];
    OpenCvWindow? _active;
    int _opened;
    bool _isPrepared;
    volatile bool _isLost;

    WindowThread() => new Thread(Run) { IsBackground = true, Name = "windows" }.Start();

    public static WindowThread Shared { get; } = new();

    /// <exception cref="MediaException">There is no display, or none that can be opened.</exception>
    public OpenCvWindow Open(FrameFormat size, IWindowContent content)
    {
        var (x, wayland) = (Environment.GetEnvironmentVariable("DISPLAY"), Environment.GetEnvironmentVariable("WAYLAND_DISPLAY"));
        if (OperatingSystem.IsMacOS())
            throw Refused("On macOS no window can be opened: only a program's first thread may, which this one needs for itself", null);
        if (OperatingSystem.IsLinux() && string.IsNullOrEmpty(x) && string.IsNullOrEmpty(wayland))
            throw Refused("There is no desktop to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set", null);
        OpenCvWindow? window = null;
        try
        {
            if (TryInvoke(() => _windows.Add(window = Make(size, content))))
                return window!;
        }
        catch (Exception e) when (e is OpenCVException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw Refused($"The display {(string.IsNullOrEmpty(x) ? wayland : x)} cannot be opened", e);
        }
        throw Refused("The desktop does not answer, so no window can be opened", null);

        static MediaException Refused(string what, Exception? cause) =>
            new(MediaFault.OutputUnwritable, $"{what}: watch the page instead.", cause) { Setting = "sink" };
    }

    /// <summary>Closes a window. One that does not answer is left behind.</summary>
    public void Close(OpenCvWindow window) => TryInvoke(() =>
    {
        if (Forget(window))
            window.Destroy();
    });

    /// <summary>Does something on the thread, and waits for its end.</summary>
    /// <returns>False where the thread hangs: then it will not be done later either.</returns>
    bool TryInvoke(Action act)
    {
        var job = new Job(act);
        _jobs.Enqueue(job);
        _asked.Set();
        // Rounds are counted, not time: a program that was stopped and goes on has not waited.
        for (var round = 0; round < Rounds && !_isLost; round++)
        {
            if (job.Wait(RoundTime))
                return true;
        }
        return !job.GiveUp() && job.Wait(RoundTime);
    }

    void Run()
    {
        while (true)
        {
            if (_windows.Count == 0)
                _asked.WaitOne();
            while (_jobs.TryDequeue(out var job))
                job.Run();
            for (var i = _windows.Count - 1; i >= 0; i--)
            {
                if (_windows[i] is var window && !window.Refresh())
                    Forget(window);
            }
            // It also draws what was shown, and hears the desktop.
            if (_windows.Count > 0 && Cv2.WaitKeyEx(Round) is var code and not -1 && OpenCvWindow.KeyOf(code) is { } key)
            {
                var hears = _active ?? _windows[^1];
                if (!hears.Press(key))
                    Forget(hears);
            }
        }
    }

    bool Forget(OpenCvWindow window)
    {
        if (_active == window)
            _active = null;
        return _windows.Remove(window);
    }

    /// <summary>Makes a window. Before the first one the desktop's library is kept from deciding things for the whole process.</summary>
    OpenCvWindow Make(FrameFormat size, IWindowContent content)
    {
        if (!_isPrepared && OperatingSystem.IsLinux())
        {
            // It would set the locale, and then native libraries would write 0,5 where they are to write 0.5.
            KeepLocale();
            // A window of one overlay has nothing to tell the service for the blind, which complains where it is not there.
            OpenCvLibrary.SetVariable("NO_AT_BRIDGE", "1");
        }
        var window = new OpenCvWindow($"fastcam {++_opened}", size, content, active => _active = active);
        if (!_isPrepared && OperatingSystem.IsLinux())
        {
            _ = OutliveDisplay();
            DarkenBorders();
        }
        _isPrepared = true;
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

/// <summary>Something to do on the thread of all windows. It is done once, or given up by whoever waits for it.</summary>
sealed class Job(Action act)
{
    readonly ManualResetEventSlim _done = new();
    Exception? _failure;
    int _isTaken;

    /// <summary>Does it, unless it was given up.</summary>
    public void Run()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) == 1)
            return;
        try
        {
            act();
        }
        catch (Exception e)
        {
            _failure = e;
        }
        _done.Set();
    }

    /// <summary>Waits for its end; false when the time is over.</summary>
    /// <exception cref="Exception">What it failed with.</exception>
    public bool Wait(TimeSpan patience)
    {
        if (!_done.Wait(patience))
            return false;
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
        return true;
    }

    /// <summary>Keeps it from being done; false where it is being done already.</summary>
    public bool GiveUp() => Interlocked.Exchange(ref _isTaken, 1) == 0;
}
