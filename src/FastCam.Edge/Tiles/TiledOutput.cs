using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using FastCam.Edge.Images;
using FastCam.Edge.Pipeline;
using FastCam.Video;
using FastCam.Video.Stills;

namespace FastCam.Edge.Tiles;

/// <summary>
/// Writes the map band by band, and then from its file and the image the overlay and the map in grey, with some rows in memory. The files
/// get their names when all are whole.
/// </summary>
sealed class TiledOutput : IDisposable
{
    readonly List<NewFile> _files = [];
    readonly NewFile _overlay;
    readonly NewFile _map;
    readonly NewFile _mapPicture;
    readonly MapRows _rows;

    public TiledOutput(ExplanationOutput output, int width, int height)
    {
        try
        {
            _overlay = Open(output.Overlay);
            _map = Open(output.Map);
            _mapPicture = Open(output.MapPicture);
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

    /// <summary>Draws, ends the files and gives them their names.</summary>
    /// <param name="path">The image.</param>
    /// <param name="version">The image file's before its first rows were read.</param>
    /// <param name="picture">The colours.</param>
    /// <param name="stop">Asks for an early end.</param>
    /// <exception cref="MediaException">The image is no longer what it was.</exception>
    public void Keep(string path, FileVersion version, OverlaySettings picture, CancellationToken stop)
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
                // The one that fails first ends the other.
                Interlocked.CompareExchange(ref fault, ExceptionDispatchInfo.Capture(error), null);
                either.Cancel();
            }
        }
        Parallel.Invoke(
            () => Draw(() => MapImages.WriteOverlay(path, _rows, picture.Colours.Rgb, picture.Opacity, _overlay.Stream, either.Token)),
            () => Draw(() => MapImages.WriteGrey(_rows, _mapPicture.Stream, either.Token)));
        fault?.Throw();
        if (FileVersion.Read(path) != version)
            throw new MediaException(MediaFault.SourceFailed, $"{path} was changed while it was explained, so nothing was written of it; explain it again.");
        _overlay.Keep();
        _map.Keep();
        _mapPicture.Keep();
    }

    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }

    NewFile Open(string path)
    {
        var file = new NewFile(path);
        _files.Add(file);
        return file;
    }
}

/// <summary>A file that has its name only once it is whole: until then it is <c>NAME.part</c>, and gone if it never becomes whole.</summary>
sealed class NewFile(string path) : IDisposable
{
    readonly string _part = path + ".part";
    bool _kept;

    public FileStream Stream { get; } = new(path + ".part", FileMode.Create, FileAccess.ReadWrite);

    /// <summary>Closes the file and gives it its name, in the place of one that may have had it.</summary>
    public void Keep()
    {
        Stream.Dispose();
        File.Move(_part, path, overwrite: true);
        _kept = true;
    }

    public void Dispose()
    {
        if (_kept) return;
        Stream.Dispose();
        File.Delete(_part);
    }
}

/// <summary>What tells whether a file that is read more than once is still the one that it was.</summary>
readonly record struct FileVersion(long Length, DateTime Written)
{
    /// <summary>The file's at this moment; that of no file where there is none.</summary>
    public static FileVersion Read(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new(file.Length, file.LastWriteTimeUtc) : default;
    }
}
