using FastCam.Video;

namespace FastCam.Edge.Images;

/// <summary>The files that one image's explanation goes to.</summary>
sealed class ExplanationOutput(string folder, string name, int layers, bool hasClassMap)
{
    public string Overlay { get; } = Path.Combine(folder, name + ".overlay.png");

    public string Map { get; } = Path.Combine(folder, name + ".map.npy");

    public string MapImage { get; } = Path.Combine(folder, name + ".map.png");

    public string Report { get; } = Path.Combine(folder, name + ".json");

    /// <summary>The file of the class map; null where there is none.</summary>
    public string? ClassMap { get; } = hasClassMap ? Path.Combine(folder, name + ".class.npy") : null;

    public IReadOnlyList<string> Layers { get; } = [.. Enumerable.Range(1, layers).Select(layer => Path.Combine(folder, $"{name}.layer{layer}.npy"))];

    /// <summary>Names the files of every image, and checks before any work that they can be written.</summary>
    /// <exception cref="MediaException">A file exists and may not be overwritten, or the folder cannot be written to.</exception>
    public static IReadOnlyList<ExplanationOutput> Plan(IReadOnlyList<string> paths, string folder, int layers, bool hasClassMap, bool force)
    {
        var outputs = OutputNames.For(paths).Select(name => new ExplanationOutput(folder, name, layers, hasClassMap)).ToList();
        if (!force && outputs.SelectMany(output => output.All).FirstOrDefault(File.Exists) is { } there)
            throw MediaException.Exists(there, "folder");
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".fastcam-{Environment.ProcessId}");
            File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(MediaFault.OutputUnwritable, $"The folder {folder} cannot be written to ({e.Message.TrimEnd('.')}); choose another.", e);
        }
        return outputs;
    }

    /// <summary>Removes those of the files that exist.</summary>
    public void Delete()
    {
        foreach (var file in All)
            OutputFile.Delete(file);
    }

    IEnumerable<string> All => [Overlay, Map, MapImage, Report, .. Layers, .. ClassMap is null ? (string[])[] : [ClassMap]];
}

/// <summary>
/// Names the outputs of each input: by the file's own name, or, where two inputs share it, with the ending and then as many folders as
/// it takes to tell them apart.
/// </summary>
static class OutputNames
{
    static readonly StringComparer FileNames = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    /// <exception cref="EdgeException">An image is named twice.</exception>
    public static IReadOnlyList<string> For(IReadOnlyList<string> paths)
    {
        var full = paths.Select(Path.GetFullPath).ToArray();
        if (full.GroupBy(path => path, FileNames).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new EdgeException(EdgeFault.BadSetting, $"{twice.Key} is named twice; name each image once.");
        var depth = new int[full.Length];
        while (true)
        {
            var names = full.Select((path, index) => Name(path, depth[index])).ToArray();
            var clashing = Enumerable.Range(0, names.Length)
                .GroupBy(index => names[index], FileNames).Where(group => group.Count() > 1).SelectMany(group => group).ToList();
            if (clashing.Count == 0)
                return names;
            foreach (var index in clashing)
                depth[index]++;
        }
    }

    /// <summary>
    /// Returns the name without its ending at depth 0, with it at depth 1, then with one folder more for each depth; beyond the root a number
    /// tells names apart.
    /// </summary>
    static string Name(string path, int depth)
    {
        if (depth == 0)
            return Path.GetFileNameWithoutExtension(path);
        var parts = path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var name = string.Join('_', parts.TakeLast(depth));
        return depth <= parts.Length ? name : $"{name}~{path.Length}~{depth}";
    }
}
