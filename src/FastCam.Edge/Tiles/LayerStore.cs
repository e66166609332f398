using System.Runtime.InteropServices;
using FastCam.Onnx.ScaleEnds;
using Microsoft.Win32.SafeHandles;

namespace FastCam.Edge.Tiles;

/// <summary>
/// Keeps the layer statistics of every tile between the two passes: on disk, with one row of tiles in memory. Reading them back is far cheaper
/// than running the network again.
/// </summary>
sealed class LayerStore(IReadOnlyList<ScaleEnd> ends, int columns, string folder) : IDisposable
{
    readonly SafeFileHandle _file = ScratchFile.Create(folder);
    readonly int[] _starts = [.. Enumerable.Range(0, ends.Count + 1).Select(layer => ends.Take(layer).Sum(end => end.Pixels))];
    readonly float[] _values = new float[columns * ends.Sum(end => end.Pixels)];

    /// <summary>Returns the values of one layer in one tile of the current row.</summary>
    public Span<float> Layer(int column, int layer) => _values.AsSpan(column * _starts[^1] + _starts[layer], _starts[layer + 1] - _starts[layer]);

    /// <summary>Stores the current values as those of a row of tiles.</summary>
    public void Save(int row) => RandomAccess.Write(_file, Bytes, At(row));

    /// <summary>Makes the stored values of a row of tiles the current ones.</summary>
    public void Load(int row)
    {
        var bytes = Bytes;
        for (var done = 0; done < bytes.Length;)
        {
            var count = RandomAccess.Read(_file, bytes[done..], At(row) + done);
            if (count == 0)
                throw new EndOfStreamException();
            done += count;
        }
    }

    public void Dispose() => _file.Dispose();

    Span<byte> Bytes => MemoryMarshal.AsBytes(_values.AsSpan());

    long At(int row) => (long)row * _values.Length * sizeof(float);
}

/// <summary>Disk space without a name, which is freed when its handle is closed, however the process ends.</summary>
static class ScratchFile
{
    /// <summary>Opens an empty file for reading and writing at any place.</summary>
    /// <param name="folder">A folder on the disk whose space is to be used.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static SafeFileHandle Create(string folder)
    {
        var path = Path.Combine(folder, $".fastcam-{Guid.NewGuid():N}");
        // Windows deletes the file of a killed process by itself; on other systems an open file needs no name.
        var options = FileOptions.RandomAccess | (OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, options);
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return file;
    }
}
