namespace FastCam.Video;

/// <summary>Creates files, and cleans up after one that could not be written to its end: half a file would be taken for the whole.</summary>
public static class OutputFile
{
    /// <summary>Creates the file, for writing. It has no buffer: who writes little at a time puts one before it.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="force">Whether a file that exists is overwritten.</param>
    /// <param name="mode">What becomes of such a file: <see cref="FileMode.Create"/> empties it at once.</param>
    /// <exception cref="MediaException">The file exists (<see cref="MediaFault.OutputExists"/>) or cannot be created.</exception>
    public static FileStream Create(string path, bool force, FileMode mode = FileMode.Create)
    {
        try
        {
            if (Directory.Exists(path))
                throw new MediaException(MediaFault.OutputUnwritable, $"{path} cannot be created: it is a folder.");
            // Without a buffer, so that what cannot be written shows where it is written, and closing throws nothing.
            return new FileStream(path, force ? mode : FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (DirectoryNotFoundException error)
        {
            throw new MediaException(MediaFault.OutputUnwritable, $"{path} cannot be created: its folder does not exist.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw !force && File.Exists(path)
                ? MediaException.Exists(path, "name", error)
                : new MediaException(MediaFault.OutputUnwritable, $"{path} cannot be created: {error.Message}", error);
        }
    }

    /// <summary>Deletes the file, as far as that can be done.</summary>
    /// <param name="path">The file; it need not exist.</param>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The caller's error names the file.
        }
    }
}
