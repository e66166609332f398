using Microsoft.Win32.SafeHandles;

namespace FastCam.Edge.Tiles;

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

/// <summary>Disk space without a name: gone when its handle is closed, however the process ends.</summary>
static class ScratchFile
{
    /// <summary>Opens an empty file for reading and writing at any place.</summary>
    /// <param name="folder">A folder on the disk whose space is to be used.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static SafeFileHandle Create(string folder)
    {
        var path = Path.Combine(folder, $".fastcam-{Guid.NewGuid():N}");
        // Windows deletes a killed process's file itself; elsewhere an open file needs no name.
        var options = FileOptions.RandomAccess | (OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, options);
        if (!OperatingSystem.IsWindows()) File.Delete(path);
        return file;
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
