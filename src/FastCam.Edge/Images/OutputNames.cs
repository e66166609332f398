
namespace FastCam.Edge.Images;

/// <summary>
/// One name for each input's outputs: the file's own name; where two inputs share it, with their endings and then their folders,
/// as far as it takes to tell them apart.
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
            var clashing = Enumerable.Range(0, names.Length).GroupBy(index => names[index], FileNames).Where(group => group.Count() > 1).SelectMany(group => group).ToList();
            if (clashing.Count == 0) return names;
            foreach (var index in clashing) depth[index]++;
        }
    }

    /// <summary>At depth 0 the name without its ending, at 1 with it, then with one folder more each; beyond the root told apart by a number.</summary>
    static string Name(string path, int depth)
    {
        if (depth == 0) return Path.GetFileNameWithoutExtension(path);
        var parts = path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var name = string.Join('_', parts.TakeLast(depth));
        return depth <= parts.Length ? name : $"{name}~{path.Length}~{depth}";
    }
}
