using FastCam.Video.Frames;
using FastCam.Video.Libraries;
using FastCam.Video.Stills;
using OpenCvSharp;

namespace FastCam.OpenCv;

/// <summary>One window. Only the thread of all windows calls it, but for <see cref="Dispose"/>.</summary>
sealed class OpenCvWindow : IDisposable
{
    /// <summary>GTK's bits of Ctrl and Alt in a code: with them a key is the desktop's.</summary>
    const int OtherMeaning = (4 | 8) << 16;

    /// <summary>What GTK's numbers of keys mean that are no characters: the number pad, F1 and F11.</summary>
    static readonly Dictionary<int, char> OtherKeys = new()
    {
        [0xffab] = '+',
        [0xffad] = '-',
        [0xffbe] = 'h',
        [0xffc8] = 'f',
    };

    readonly string _name;
    readonly IWindowContent _content;
    readonly Func<bool> _refresh; // Made once: it is called every round.
    readonly MouseCallback _mouse; // The native library holds no reference to it.
    Mat _image = new();
    string _title = "";
    bool _isFullScreen;

    /// <param name="name">The name by which OpenCV knows it.</param>
    /// <param name="size">How large its overlay is at first.</param>
    /// <param name="content">What it shows.</param>
    /// <param name="entered">Called when the pointer moves over it: OpenCV does not say which window a key is for.</param>
    public OpenCvWindow(string name, FrameFormat size, IWindowContent content, Action<OpenCvWindow> entered)
    {
        (_name, _content, _refresh) = (name, content, TryRefresh);
        Cv2.NamedWindow(name, WindowFlags.Normal | WindowFlags.KeepRatio | WindowFlags.GuiNormal);
        Cv2.ResizeWindow(name, size.Width, size.Height);
        _mouse = (_, _, _, _, _) => entered(this);
        Cv2.SetMouseCallback(name, _mouse);
        entered(this);
    }

    /// <summary>The character of a key by OpenCV's code; null where it has none.</summary>
    public static char? KeyOf(int code)
    {
        var key = code & 0xffff; // Above it are the modifiers.
        return (code & OtherMeaning) != 0 ? null
            : key is IWindowContent.Escape or (>= ' ' and <= '~') ? (char)key
            : OtherKeys.TryGetValue(key, out var other) ? other : null;
    }

    /// <summary>Shows what is new.</summary>
    /// <returns>False where the window is no more.</returns>
    public bool Refresh() => Survives(_refresh);

    /// <summary>Hands a key on.</summary>
    /// <returns>False where the window is no more.</returns>
    public bool Press(char key) => Survives(() =>
    {
        _content.Press(key);
        return true;
    });

    /// <summary>Says that the window is gone with its display.</summary>
    public void Lose(string sentence) => _content.Closed(sentence);

    /// <summary>Closes the window; its content is not told.</summary>
    public void Destroy()
    {
        try
        {
            Cv2.DestroyWindow(_name);
        }
        catch (OpenCVException)
        {
            // It is closed already.
        }
        _image.Dispose();
    }

    public void Dispose() => WindowThread.Shared.Close(this);

    /// <summary>Does something with the window. Where it fails, only this window and its stream end, and not every window of the process.</summary>
    bool Survives(Func<bool> act)
    {
        try
        {
            return act();
        }
        catch (Exception e)
        {
            Destroy();
            _content.Closed($"The window cannot be drawn: {e.Message.TrimEnd('.')}.");
            return false;
        }
    }

    bool TryRefresh()
    {
        // GTK does not tell whether a window is visible. Any property of one that is no more is -1.
        if (Cv2.GetWindowProperty(_name, WindowPropertyFlags.AutoSize) < 0)
        {
            _image.Dispose();
            _content.Closed(null);
            return false;
        }
        if (_content.Title is var title && title != _title)
            Cv2.SetWindowTitle(_name, _title = title);
        if (_content.IsFullScreen is var isFullScreen && isFullScreen != _isFullScreen)
            Cv2.SetWindowProperty(_name, WindowPropertyFlags.Fullscreen, (_isFullScreen = isFullScreen) ? 1 : 0);
        if (_content.Draw(out var format, out var pixels))
            Show(format, pixels);
        return true;
    }

    unsafe void Show(FrameFormat format, ReadOnlySpan<byte> pixels)
    {
        if ((_image.Width, _image.Height) != (format.Width, format.Height))
        {
            _image.Dispose();
            _image = new Mat(format.Height, format.Width, MatType.CV_8UC4);
        }
        // OpenCV's own conversion from I420 is that of the limited range.
        I420Conversion.ToBgra(pixels, format, new Span<byte>(_image.DataPointer, 4 * format.LumaByteCount));
        Cv2.ImShow(_name, _image);
    }
}
