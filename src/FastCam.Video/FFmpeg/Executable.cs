namespace FastCam.Video.FFmpeg;

static class Executable
{
    /// <summary>The first program of this name on a search path such as the variable PATH; null when there is none.</summary>
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
