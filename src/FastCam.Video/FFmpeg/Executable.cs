namespace FastCam.Video.FFmpeg;

/// <summary>Finds programs on this machine.</summary>
static class Executable
{
    /// <summary>Returns the path of the program that an environment variable names.</summary>
    /// <exception cref="MediaException">It does not exist.</exception>
    public static string FromVariable(string variable, string named) => File.Exists(named)
        ? Path.GetFullPath(named)
        : throw new MediaException(MediaFault.ToolMissing, $"{variable} names {named}, which does not exist.");

    /// <summary>Returns the first program of this name on the PATH; null when there is none.</summary>
    public static string? Find(string name) => Find(name, Environment.GetEnvironmentVariable("PATH"));

    /// <summary>Returns the first program of this name on a search path such as the PATH; null when there is none.</summary>
    public static string? Find(string name, string? searchPath)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        foreach (var folder in (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var candidate = Path.Combine(folder, file);
            if (File.Exists(candidate))
                return candidate;
        }

        return null;
    }
}
