using FastCam.Video.Frames;
using FastCam.Video.Stills;

namespace FastCam.Video.Sources;

/// <summary>
/// Images from a folder, one frame each, in natural order. Each may have its own size. An image that cannot be read is named
/// and passed over: it counts as lost before it reached us, and when the others are through, the source fails because of it.
/// </summary>
sealed class ImageFolderSource : FrameSource
{
    const int MostNamed = 5;

    readonly IReadOnlyList<string> _files;
    readonly FrameRate _rate;
    readonly bool _loop;
    readonly OtherFiles _others;
    readonly HashSet<string> _skipped = [];
    StillImage? _current;
    long _at;
    long _next;
    long _lost;
    int _inARow;
    string? _reason;
    volatile bool _stopped;

    /// <summary>Lists the images.</summary>
    /// <param name="place">A folder; a folder and a pattern with <c>*</c> and <c>?</c>; or one image.</param>
    /// <param name="rate">The rate, which sets the presentation times.</param>
    /// <param name="loop">Whether to begin anew after the last image, for ever.</param>
    /// <exception cref="MediaException">There is no image there.</exception>
    public ImageFolderSource(string place, FrameRate rate, bool loop = false)
    {
        Name = place;
        (_files, _others) = List(place);
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
    public override string? Notice => _others.Sentence;

    /// <inheritdoc/>
    public override StillImage? Still => _current;

    /// <inheritdoc/>
    public override SourceStatus Status => SourceStatus.Plain with { Reason = _reason, Upstream = _lost };

    /// <inheritdoc/>
    public override long? Upstream => _lost > 0 ? _lost : null;

    /// <inheritdoc/>
    public override event Action<SourceStatus>? StatusChanged;

    /// <inheritdoc/>
    public override bool WaitNext(out FrameHeader header)
    {
        header = default;
        while (!_stopped)
        {
            if (!_loop && _at >= _files.Count)
            {
                ThrowIfSkipped();
                return false;
            }

            if (TryLoad(_files[(int)(_at++ % _files.Count)]) is not { } image)
                continue;
            _current = image;
            header = new(image.Format, _next, _rate.TimeOf(_next));
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override bool Read(Frame frame)
    {
        I420Conversion.FromRgb(_current!.Pixels, _current.Format, frame.Pixels);
        Skip();
        return true;
    }

    /// <inheritdoc/>
    public override void Skip()
    {
        _current = null;
        _next++;
    }

    /// <inheritdoc/>
    public override void Stop() => _stopped = true;

    /// <inheritdoc/>
    public override void Dispose() => _current = null;

    /// <returns>Null where the image cannot be read and another may be.</returns>
    StillImage? TryLoad(string path)
    {
        try
        {
            using var pipeline = StillPipeline.Open(path);
            if (pipeline.Width > FrameFormat.MaximumWidth || pipeline.Height > FrameFormat.MaximumHeight)
            {
                throw new MediaException(
                    MediaFault.SourceUnreadable,
                    $"{path} is {pipeline.Width}x{pipeline.Height}; frames of up to {FrameFormat.MaximumWidth}x{FrameFormat.MaximumHeight} "
                    + "are made of images: make it smaller, or explain it by itself.");
            }

            var image = StillImage.Decode(pipeline);
            _inARow = 0;
            _reason = null; // nothing is wrong with the image that is shown now
            return image;
        }
        catch (MediaException error) when (error.IsOfImage)
        {
            if (++_inARow == _files.Count)
                throw; // none of them can be read
            _lost++;
            _reason = $"skipped: {Redaction.ToPrintable(error.Message).TrimEnd('.')}";
            if (_skipped.Add(path))
                StatusChanged?.Invoke(Status); // a loop comes by often, and says so once
            return null;
        }
    }

    void ThrowIfSkipped()
    {
        if (_lost == 0)
            return;
        var names = string.Join(", ", _skipped.Order(NaturalOrder.Instance).Take(MostNamed)) + (_skipped.Count > MostNamed ? ", …" : "");
        var skipped = _lost == 1 ? "was skipped" : "were skipped";
        throw new MediaException(
            MediaFault.SourceUnreadable,
            $"{_lost} of {_files.Count} images could not be read and {skipped} ({names}); the others are through.");
    }

    static (List<string> Images, OtherFiles Others) List(string place)
    {
        List<string> files;
        IReadOnlyList<string> others = [];
        if (File.Exists(place))
        {
            files = [place];
        }
        else
        {
            var whole = Directory.Exists(place);
            var folder = whole ? place : Path.GetDirectoryName(place) is { Length: > 0 } parent ? parent : ".";
            var found = Directory.Exists(folder) ? StillFolder.List(folder, whole ? "*" : Path.GetFileName(place)) : new([], []);
            (files, others) = ([.. found.Images], found.Others);
        }

        files.Sort(NaturalOrder.Instance);
        return files.Count > 0
            ? (files, new(place, others))
            : throw new MediaException(MediaFault.SourceNotFound, $"{place} holds no image ({StillFormat.Names}).");
    }
}

/// <summary>The files of a folder of images that are no images, and are passed over.</summary>
/// <param name="Folder">The folder, or a pattern in one.</param>
/// <param name="Files">The paths of these files.</param>
public sealed record OtherFiles(string Folder, IReadOnlyList<string> Files)
{
    const int MostNamed = 5;

    /// <summary>The names of the first five of them.</summary>
    public IReadOnlyList<string> Names => [.. Files.Take(MostNamed).Select(path => Path.GetFileName(path))];

    /// <summary>What a user is told of them, in one sentence; null where there are none.</summary>
    public string? Sentence
    {
        get
        {
            if (Files.Count == 0)
                return null;
            var names = Names;
            var what = Files.Count == 1 ? "a file that is no image and is" : $"{Files.Count} files that are no images and are";
            var more = Files.Count > names.Count ? $", … and {Files.Count - names.Count} more" : "";
            return Redaction.ToPrintable($"{Folder} holds {what} passed over: {string.Join(", ", names)}{more}.");
        }
    }
}
