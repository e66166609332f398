namespace FastCam.Video;

/// <summary>A file that could not be written to its end: half a file under a whole one's name would be taken for it.</summary>
public static class OutputFile
{
    /// <summary>Removes what there is of it, as far as that can be done.</summary>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The sentence that follows names the file.
        }
    }
}
