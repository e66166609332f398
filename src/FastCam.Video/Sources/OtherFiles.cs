namespace FastCam.Video.Sources;

/// <summary>Files of a folder of images that are none, and are passed over.</summary>
/// <param name="Folder">The folder, or a pattern in one.</param>
/// <param name="Files">Their paths.</param>
public sealed record OtherFiles(string Folder, IReadOnlyList<string> Files)
{
    const int MostNamed = 5;

    /// <summary>The first of their names.</summary>
    public IReadOnlyList<string> Names => [.. Files.Take(MostNamed).Select(path => Path.GetFileName(path))];

    /// <summary>What a person is told of them; null where there are none.</summary>
    public string? Sentence
    {
        get
        {
            if (Files.Count == 0)
                return null;
            var names = Names;
            var what = Files.Count == 1 ? "a file that is no image and is" : $"{Files.Count} files that are no images and are";
            var more = Files.Count > names.Count ? $", … and {Files.Count - names.Count} more" : "";
            return Redaction.ToPrintable($"{Folder} holds {what} passed over: {string.Join(", ", names)}{more}.");
        }
    }
}
