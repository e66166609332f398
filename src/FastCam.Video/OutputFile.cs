namespace FastCam.Video;

/// <summary>Cleans up after a file that could not be written to its end: half a file would be taken for the whole.</summary>
public static class OutputFile
{
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
