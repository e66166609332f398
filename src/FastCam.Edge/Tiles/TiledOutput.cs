using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using FastCam.Edge.Images;
using FastCam.Edge.Overlays;
using FastCam.Video;
using FastCam.Video.Stills;

namespace FastCam.Edge.Tiles;

/// <summary>
/// Writes the map band by band, and then the overlay and the grey map from its file and the image, with some rows in memory. The files get
/// their names once all of them are whole.
/// </summary>
sealed class TiledOutput : IDisposable
{
    readonly List<NewFile> _files = [];
    readonly NewFile _overlay;
    readonly NewFile _map;
    readonly NewFile _mapImage;
    readonly MapRows _rows;

    public TiledOutput(ExplanationOutput output, int width, int height)
    {
        try
        {
            _overlay = Open(output.Overlay);
            _map = Open(output.Map);
            _mapImage = Open(output.MapImage);
            NpyFile.WriteHeader(_map.Stream, height, width);
            _map.Stream.Flush();
            _rows = new MapRows(_map.Stream.SafeFileHandle, _map.Stream.Position, width, height);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Writes the next rows of the map, 0..1.</summary>
    public void Write(ReadOnlySpan<float> map) => _map.Stream.Write(MemoryMarshal.AsBytes(map));

    /// <summary>Draws the overlay and the grey map, completes the files and gives them their names.</summary>
    /// <param name="path">The image.</param>
    /// <param name="version">The version of the image's file before its first rows were read.</param>
    /// <param name="overlay">The colours.</param>
    /// <param name="stop">Asks for an early end.</param>
    /// <exception cref="MediaException">The image is no longer what it was.</exception>
    public void Keep(string path, FileVersion version, OverlaySettings overlay, CancellationToken stop)
    {
        _map.Stream.Flush();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        ExceptionDispatchInfo? fault = null;
        void Draw(Action draw)
        {
            try
            {
                draw();
            }
            catch (Exception error)
            {
                // The drawing that fails first ends the other.
                Interlocked.CompareExchange(ref fault, ExceptionDispatchInfo.Capture(error), null);
                either.Cancel();
            }
        }
        Parallel.Invoke(
            () => Draw(() => MapImages.WriteOverlay(path, _rows, overlay.Colours.Rgb, overlay.Opacity, _overlay.Stream, either.Token)),
            () => Draw(() => MapImages.WriteGrey(_rows, _mapImage.Stream, either.Token)));
        fault?.Throw();
        if (FileVersion.Read(path) != version)
        {
            throw new MediaException(
                MediaFault.SourceFailed, $"{path} was changed while it was explained, so nothing was written of it; explain it again.");
        }
        _overlay.Keep();
        _map.Keep();
        _mapImage.Keep();
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }

    NewFile Open(string path)
    {
        var file = new NewFile(path);
        _files.Add(file);
        return file;
    }
}

/// <summary>A file that gets its name only once it is whole; until then it is called <c>NAME.part</c>, and it is deleted if it never becomes whole.</summary>
sealed class NewFile(string path) : IDisposable
{
    readonly string _part = path + ".part";
    bool _kept;

    public FileStream Stream { get; } = new(path + ".part", FileMode.Create, FileAccess.ReadWrite);

    /// <summary>Closes the file and gives it its name; a file that had the name before is replaced.</summary>
    public void Keep()
    {
        Stream.Dispose();
        File.Move(_part, path, overwrite: true);
        _kept = true;
    }

    public void Dispose()
    {
        if (_kept)
            return;
        Stream.Dispose();
        File.Delete(_part);
    }
}

/// <summary>Tells whether a file that is read more than once is still the same.</summary>
readonly record struct FileVersion(long Length, DateTime Written)
{
    /// <summary>Reads the file's present version; where there is no file, the default.</summary>
    public static FileVersion Read(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new(file.Length, file.LastWriteTimeUtc) : default;
    }
}
