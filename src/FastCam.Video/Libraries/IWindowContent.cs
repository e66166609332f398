using FastCam.Video.Frames;

namespace FastCam.Video.Libraries;

/// <summary>
/// What a window on the desktop shows, and who hears its keys. All windows of a process have one thread, which asks and tells: no call may take long
/// or throw.
/// </summary>
public interface IWindowContent
{
    /// <summary>The key Esc.</summary>
    const char Escape = '\x1b';

    /// <summary>The window's title at this moment. The same text as before costs nothing.</summary>
    string Title { get; }

    /// <summary>Whether the window is to fill the screen.</summary>
    bool IsFullScreen { get; }

    /// <summary>Draws what the window is to show.</summary>
    /// <param name="format">The size of what was drawn.</param>
    /// <param name="pixels">Y, U and V one after another; they stay as they are until the next call.</param>
    /// <returns>False where nothing has changed since the last call.</returns>
    bool Draw(out FrameFormat format, out ReadOnlySpan<byte> pixels);

    /// <summary>A key was pressed.</summary>
    /// <param name="key">The character that the key stands for, or <see cref="Escape"/>.</param>
    void Press(char key);

    /// <summary>The window is no more, and nothing else is asked or told.</summary>
    /// <param name="failure">Why, as a sentence; null where its user closed it.</param>
    void Closed(string? failure);
}
