using System.IO.Enumeration;

namespace FastCam.Video;

/// <summary>Pictures from a folder, one frame each, in natural order. Each may have its own size.</summary>
public sealed class ImageFolderSource : FrameSource
{
    readonly IReadOnlyList<string> _files;
    readonly FrameRate _rate;
    readonly bool _loop;
    readonly Lock _gate = new();
    FFmpegSource? _current;
    long _next;
    bool _stopped;

    /// <summary>Lists the pictures.</summary>
    /// <param name="place">A folder; a folder and a pattern with <c>*</c> and <c>?</c>; or one picture.</param>
    /// <param name="rate">Sets the presentation times.</param>
    /// <param name="loop">Begin anew after the last, for ever.</param>
    /// <exception cref="MediaException">There is no picture there.</exception>
    public ImageFolderSource(string place, FrameRate rate, bool loop = false)
    {
        Name = place;
        _files = List(place);
        _rate = rate;
        _loop = loop;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override bool IsLive => false;

    /// <inheritdoc/>
    public override bool IsFinite => !_loop;

    /// <inheritdoc/>
    public override bool WaitNext(out FrameHeader header)
    {
        header = default;
        if (!_loop && _next >= _files.Count)
            return false;
        var path = _files[(int)(_next % _files.Count)];
        lock (_gate)
        {
            if (_stopped)
                return false;
            _current = FFmpegSource.OpenImage(path);
        }

        if (!_current.WaitNext(out var picture))
            return false;
        header = new(picture.Format, _next, _rate.TimeOf(_next));
        return true;
    }

    /// <inheritdoc/>
    public override bool Read(Frame frame)
    {
        var whole = _current!.Read(frame);
        Skip();
        return whole;
    }

    /// <inheritdoc/>
    public override void Skip()
    {
        _current!.Dispose();
        _next++;
    }

    /// <inheritdoc/>
    public override void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            _current?.Stop();
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _current?.Dispose();

    static List<string> List(string place)
    {
        List<string> files;
        if (File.Exists(place))
        {
            files = [place];
        }
        else
        {
            var whole = Directory.Exists(place);
            var folder = whole ? place : Path.GetDirectoryName(place) is { Length: > 0 } parent ? parent : ".";
            var pattern = whole ? "*" : Path.GetFileName(place);
            files = Directory.Exists(folder) ? Matches(folder, pattern) : [];
        }

        return files.Count > 0 ? files : throw new MediaException(MediaFault.SourceNotFound, $"{place} holds no picture ({ImageFormat.Names}).");
    }

    static List<string> Matches(string folder, string pattern)
    {
        var files = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (ImageFormat.IsNamedSo(file) && FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(file), ignoreCase: false))
                files.Add(file);
        }

        files.Sort(NaturalOrder.Instance);
        return files;
    }
}
