namespace FastCam.Video;

/// <summary>Why a file that a user named cannot be read.</summary>
static class FileFault
{
    /// <summary>Returns it as a clause. What the system says of a folder sounds like a lack of rights.</summary>
    public static string Describe(string path, Exception error) => Directory.Exists(path) ? "it is a folder"
        : error is FileNotFoundException or DirectoryNotFoundException ? "it does not exist"
        : error.Message.TrimEnd('.');
}
