using System.Diagnostics;
using System.Globalization;
using FastCam.Edge.Packets;
using FastCam.Onnx.Heads;
using FastCam.Video.Sources;

namespace FastCam.Edge.Sinks;

/// <summary>
/// A window's title: the stream, the most probable class, the rate, how old the map is that is shown, and what the source is doing. It is made anew once a
/// second, where it differs.
/// </summary>
/// <param name="source">Where the frames come from.</param>
/// <param name="labelOf">Names a class.</param>
sealed class WindowTitle(FrameSource source, Func<int, string> labelOf)
{
    /// <summary>A title bar shows no more of a long name.</summary>
    const int LongestName = 100;

    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    static readonly CultureInfo Digits = CultureInfo.InvariantCulture;

    long _since = Stopwatch.GetTimestamp();
    int _frames;
    Prediction? _best;
    TimeSpan? _age;

    /// <summary>What the source is doing.</summary>
    public string State { get; set; } = EnumNames.Format(source.Status.State);

    /// <summary>Whether the overlay stands still because somebody wanted it to.</summary>
    public bool IsPaused { get; set; }

    public string Text
    {
        get
        {
            var elapsed = Stopwatch.GetElapsedTime(_since);
            if (elapsed < Period)
                return field;
            Span<char> text = stackalloc char[500]; // More than all of it can take.
            text.TryWrite($"{Short(source.Name)}", out var length);
            if (_best is { } best)
                length += Written(text[length..].TryWrite(Digits, $" – {Short(labelOf(best.Class))} {100 * best.Probability:0} %", out var more), more);
            length += Written(text[length..].TryWrite(Digits, $" – {_frames / elapsed.TotalSeconds:0} frames/s", out var rate), rate);
            if (_age is { TotalMilliseconds: var age })
                length += Written(text[length..].TryWrite(Digits, $" – map {age:0} ms old", out var old), old);
            length += Written(text[length..].TryWrite($" – {(IsPaused ? "paused" : State)}", out var state), state);
            (_since, _frames) = (Stopwatch.GetTimestamp(), 0);
            if (!text[..length].SequenceEqual(field))
                field = new string(text[..length]);
            return field;
        }
    } = $"{source.Name} – FastCam.Edge";

    /// <summary>Counts a frame that is shown.</summary>
    public void Count(in FramePacket packet)
    {
        _frames++;
        _age = packet.Result is { } result ? Stopwatch.GetElapsedTime(result.Frame.Captured, packet.Info.Captured) : null;
        _best = packet.Result?.Explanation.Predictions.Best;
    }

    static ReadOnlySpan<char> Short(string name) => name.AsSpan(0, Math.Min(LongestName, name.Length));

    static int Written(bool fits, int length) => fits ? length : 0;
}
