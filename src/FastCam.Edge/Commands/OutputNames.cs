namespace FastCam.Edge.Commands;

/// <summary>
/// One name for each input's outputs: the file's own name; where two inputs share it, with their endings and then their folders,
/// as far as it takes to tell them apart.
/// </summary>
static class OutputNames
{
    public static IReadOnlyList<string> For(IReadOnlyList<string> paths)
    {
        var names = new string[paths.Count];
        var open = Enumerable.Range(0, paths.Count).ToList();
        for (var depth = 0; open.Count > 0; depth++)
        {
            foreach (var index in open) names[index] = Name(paths[index], depth);
            var clashes = open.GroupBy(index => names[index], StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).SelectMany(group => group).ToList();
            if (clashes.Count == open.Count && depth > Depth(paths, open)) throw new CommandException(ExitCode.BadOption, $"{paths[clashes[0]]} is named twice; name each image once.");
            open = clashes;
        }
        return names;
    }

    static string Name(string path, int depth)
    {
        if (depth == 0) return Path.GetFileNameWithoutExtension(path);
        var parts = Path.GetFullPath(path).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        return string.Join('_', parts.TakeLast(depth));
    }

    static int Depth(IReadOnlyList<string> paths, IReadOnlyList<int> open) =>
        open.Max(index => Path.GetFullPath(paths[index]).Count(c => c == Path.DirectorySeparatorChar));
}
