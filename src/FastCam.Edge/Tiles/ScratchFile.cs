using Microsoft.Win32.SafeHandles;

namespace FastCam.Edge.Tiles;

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
