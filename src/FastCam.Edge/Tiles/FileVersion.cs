namespace FastCam.Edge.Tiles;

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
