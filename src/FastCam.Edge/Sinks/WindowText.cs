using System.Diagnostics;
using FastCam.Edge.Text;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Overlays;

namespace FastCam.Edge.Sinks;

/// <summary>The lines that a window writes on its overlay, in its upper left corner. A line is set once, and then only blended.</summary>
/// <param name="keys">The list of keys, with what each does.</param>
sealed class WindowText(IReadOnlyList<(string Keys, string Does)> keys)
{
    /// <summary>In pixels of the smallest images: the distance from the edge, and how wide the keys are beside what they do.</summary>
    const int Margin = 4, KeyColumn = 48;

    static readonly TimeSpan NoteTime = TimeSpan.FromSeconds(2);

    readonly Dictionary<string, TextSprite> _sprites = [];
    TextSprite? _panel;
    int _height, _room;
    string? _note;
    long _noted;

    /// <summary>What is waited for; null where nothing is.</summary>
    public string? Waiting { get; set; }

    /// <summary>What is wrong with the source; null while all is well.</summary>
    public string? Trouble { get; set; }

    /// <summary>Whether the list of keys is shown.</summary>
    public bool IsHelping { get; set; }

    /// <summary>Shows a line for two seconds.</summary>
    public void Note(string text) => (_note, _noted) = (text, Stopwatch.GetTimestamp());

    /// <summary>Takes the note away when its time is over; returns whether it was.</summary>
    public bool HasExpired()
    {
        if (_note is null || Stopwatch.GetElapsedTime(_noted) < NoteTime)
            return false;
        _note = null;
        return true;
    }

    public void Draw(in I420 overlay)
    {
        var scale = TextFit.ScaleFor(overlay.Width, overlay.Height);
        var (height, margin) = (TextFit.LineHeight(scale), Margin * scale);
        if ((height, overlay.Width - 2 * margin) is var (rows, room) && (rows, room) != (_height, _room))
        {
            _sprites.Clear();
            (_height, _room, _panel) = (rows, room, null);
        }
        var y = margin;
        foreach (var line in (ReadOnlySpan<string?>)[Waiting, Trouble, _note])
        {
            if (line is null)
                continue;
            Sprite(line).Draw(overlay, margin, y);
            y += height;
        }
        if (!IsHelping)
            return;
        _panel ??= Panel(KeyColumn * scale, keys.Count * height);
        for (var times = 0; times < 2; times++)
            _panel.Draw(overlay, margin, y);
        for (var i = 0; i < keys.Count; i++, y += height)
        {
            Sprite(keys[i].Keys).Draw(overlay, margin, y);
            Sprite(keys[i].Does).Draw(overlay, margin + KeyColumn * scale, y);
        }
    }

    /// <summary>Darkens what lies behind the list, so that it is one block and not many lines.</summary>
    TextSprite Panel(int column, int height)
    {
        var width = column + keys.Max(key => Sprite(key.Does).Width);
        return new TextSprite(width, height, new byte[width * height]);
    }

    TextSprite Sprite(string text)
    {
        if (_sprites.TryGetValue(text, out var sprite))
            return sprite;
        if (_sprites.Count > 100)
            _sprites.Clear(); // Notes come and go: what is kept is bounded.
        return _sprites[text] = SkiaText.Shared.Render(TextFit.Shorten(text, _room, SkiaText.Shared, _height), _height);
    }
}
