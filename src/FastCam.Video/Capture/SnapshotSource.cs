using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using FastCam.Video.Frames;
using FastCam.Video.Sources;
using FastCam.Video.Stills;

namespace FastCam.Video.Capture;

/// <summary>
/// One JPEG at an address, fetched again and again: each that is new is a frame, timed by its arrival. Between two requests nothing is due, and an
/// answer that the image is the same is no loss.
/// </summary>
/// <param name="name">The display name.</param>
/// <param name="first">The image that was fetched to begin with.</param>
/// <param name="fetch">Fetches it anew; null where it is the same.</param>
/// <param name="period">How long it is from one request to the next.</param>
sealed class SnapshotSource(string name, Snapshot first, Func<Snapshot, CancellationToken, Snapshot?> fetch, TimeSpan period) : FrameSource
{
    /// <summary>The option of an address that says how often.</summary>
    public const string Option = "every";

    /// <summary>The shortest and the longest period.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromDays(1);

    /// <summary>The period where none is asked for.</summary>
    public static readonly TimeSpan DefaultPeriod = TimeSpan.FromSeconds(1);

    readonly CancellationTokenSource _stop = new();
    readonly long _started = Stopwatch.GetTimestamp();
    Snapshot _last = first;
    StillImage? _image;
    byte[]? _pixels;
    TimeSpan _due; // of the next request, since the start
    long _next;
    long _dueSince = Stopwatch.GetTimestamp();

    public override string Name => name;

    public override bool IsLive => true;

    public override bool IsFinite => false;

    internal override long? DueSince => Volatile.Read(ref _dueSince);

    public override bool WaitNext(out FrameHeader header)
    {
        header = default;
        try
        {
            if (_due > TimeSpan.Zero)
                FetchNew();
            _due += period;
            _image = Decode();
            header = new(_image.Format, _next, Stopwatch.GetElapsedTime(_started));
            return !_stop.IsCancellationRequested;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public override bool Read(Frame frame)
    {
        I420Conversion.FromRgb(_image!.Pixels, _image.Format, frame.Pixels);
        Skip();
        return true;
    }

    public override void Skip()
    {
        _image = null;
        _next++;
    }

    public override void Stop() => _stop.Cancel();

    public override void Dispose() => _stop.Dispose();

    void FetchNew()
    {
        while (true)
        {
            Pause();
            if (fetch(_last, _stop.Token) is { } image)
            {
                _last = image;
                return;
            }

            _due += period;
        }
    }

    /// <summary>Waits until the next request is due. Requests that a slow answer has made late are left out.</summary>
    void Pause()
    {
        var now = Stopwatch.GetElapsedTime(_started);
        if (_due < now)
            _due = now;
        Volatile.Write(ref _dueSince, long.MaxValue);
        _stop.Token.WaitHandle.WaitOne(_due - now);
        Volatile.Write(ref _dueSince, Stopwatch.GetTimestamp());
        _stop.Token.ThrowIfCancellationRequested();
    }

    StillImage Decode()
    {
        using var pipeline = StillPipeline.OpenJpeg(name, _last.Jpeg);
        if (pipeline.Width > FrameFormat.MaximumWidth || pipeline.Height > FrameFormat.MaximumHeight)
        {
            var sentence = $"{name} is {pipeline.Width}x{pipeline.Height}; frames of up to {FrameFormat.MaximumWidth}x{FrameFormat.MaximumHeight} "
                + "are made of images: have the server make it smaller.";
            throw new MediaException(MediaFault.SourceUnreadable, sentence);
        }

        var image = StillImage.Decode(pipeline, _pixels);
        _pixels = image.Pixels;
        return image;
    }
}

/// <summary>One image as a server sent it, with what says later whether it is still the same.</summary>
/// <param name="Jpeg">The image.</param>
/// <param name="Tag">The server's <c>ETag</c>, as it stands; null: none.</param>
/// <param name="Modified">Its <c>Last-Modified</c>, as it stands; null: none.</param>
sealed record Snapshot(byte[] Jpeg, string? Tag, string? Modified)
{
    public static Snapshot Of(HttpResponseMessage response, byte[] jpeg) =>
        new(jpeg, Stated(response.Headers, "ETag"), Stated(response.Content.Headers, "Last-Modified"));

    /// <summary>Has the server send the image only if it is another than this.</summary>
    public void AddTo(HttpRequestHeaders headers)
    {
        if (Tag is not null)
            headers.TryAddWithoutValidation("If-None-Match", Tag);
        if (Modified is not null)
            headers.TryAddWithoutValidation("If-Modified-Since", Modified);
    }

    // Cameras leave out the quotes that belong around a tag: it goes back as it came.
    static string? Stated(HttpHeaders headers, string name) => headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}

/// <summary>A time as addresses have it: a number of seconds, or a number and <c>ms</c>, <c>s</c> or <c>m</c>.</summary>
static class Period
{
    public static TimeSpan? Parse(string text)
    {
        var (digits, unit) = text switch
        {
            [.. var number, 'm', 's'] => (number, 0.001),
            [.. var number, 's'] => (number, 1),
            [.. var number, 'm'] => (number, 60),
            _ => (text, 1.0),
        };
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count * unit < int.MaxValue
            ? TimeSpan.FromSeconds(count * unit)
            : null;
    }
}
