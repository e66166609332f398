using System.Globalization;
using FastCam.Edge;
using FastCam.Onnx.ClassMaps;
using FastCam.Video;
using FastCam.Video.Stills;

namespace FastCam.Lab.Evaluation;

/// <summary>A photo and the class that it shows.</summary>
sealed record LabelledPhoto(string Path, int Class)
{
    /// <summary>
    /// Finds the photos of a folder with their classes: by a labels file; without one, by the names of sub-folders; without those, by the names of
    /// the files, where each is the index of a class.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="labelsFile">The labels file; null where there is none.</param>
    /// <param name="labels">The network's labels.</param>
    /// <param name="classes">The number of the network's classes.</param>
    /// <param name="others">Called with the files of each folder that are not images.</param>
    /// <exception cref="MediaException">There are no photos, or something cannot be read.</exception>
    /// <exception cref="EdgeException">A photo has no class, or one that the network does not have.</exception>
    public static IReadOnlyList<LabelledPhoto> Find(
        string folder, string? labelsFile, IReadOnlyList<string> labels, int classes, Action<string, IReadOnlyList<string>> others)
    {
        if (!Directory.Exists(folder))
            throw new MediaException(MediaFault.SourceNotFound, $"There is no folder {folder}.");
        try
        {
            var photos = labelsFile is not null ? ByFile(folder, labelsFile, labels, classes, others)
                : Photos(folder, others) is { Count: > 0 } named ? [.. named.Select(photo => new LabelledPhoto(photo, IndexOf(photo, labels, classes)))]
                : BySubfolder(folder, labels, classes, others);
            if (photos.Count > 0)
                return photos;
            throw new MediaException(
                MediaFault.SourceNotFound, $"There are no photos in {folder} or in its sub-folders; {StillFormat.Names} are read.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(MediaFault.SourceUnreadable, $"{labelsFile ?? folder} cannot be read: {e.Message}", e);
        }
    }

    static IReadOnlyList<string> Photos(string folder, Action<string, IReadOnlyList<string>> others)
    {
        var files = StillFolder.List(folder);
        others(folder, files.Others);
        return files.Images;
    }

    static List<LabelledPhoto> BySubfolder(
        string folder, IReadOnlyList<string> labels, int classes, Action<string, IReadOnlyList<string>> others)
    {
        var photos = new List<LabelledPhoto>();
        foreach (var subfolder in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            var inside = Photos(subfolder, others);
            if (inside.Count == 0)
                continue;
            var @class = ClassOf(System.IO.Path.GetFileName(subfolder), labels, classes, $"The sub-folder {subfolder}");
            photos.AddRange(inside.Select(photo => new LabelledPhoto(photo, @class)));
        }
        return photos;
    }

    /// <summary>
    /// Reads a labels file. A line is a file's name and its class; or, where no line begins with a file's name, the class of the photo at that place
    /// in order of names.
    /// </summary>
    static List<LabelledPhoto> ByFile(
        string folder, string labelsFile, IReadOnlyList<string> labels, int classes, Action<string, IReadOnlyList<string>> others)
    {
        var own = System.IO.Path.GetFullPath(labelsFile);
        void Others(string place, IReadOnlyList<string> files) =>
            others(place, [.. files.Where(file => System.IO.Path.GetFullPath(file) != own)]);
        var photos = Photos(folder, Others).ToDictionary(photo => System.IO.Path.GetFileName(photo));
        var lines = File.ReadLines(labelsFile).Index().Select(line => (Number: line.Index + 1, Text: line.Item.Trim()))
            .Where(line => line.Text.Length > 0 && line.Text[0] != '#').ToList();
        var named = lines.Select(line => (line.Number, Words: line.Text.Split([' ', '\t', ',', ';'], 2, StringSplitOptions.TrimEntries))).ToList();
        if (lines.Count == photos.Count && !named.Any(line => photos.ContainsKey(line.Words[0])))
        {
            return [.. photos.Values.Order(StringComparer.Ordinal).Zip(lines, (photo, line) =>
                new LabelledPhoto(photo, ClassOf(line.Text, labels, classes, $"{labelsFile}, line {line.Number}")))];
        }
        var result = new List<LabelledPhoto>();
        foreach (var (number, words) in named)
        {
            var where = $"{labelsFile}, line {number}";
            if (words.Length < 2)
            {
                throw new EdgeException(
                    EdgeFault.BadSetting,
                    $"{where}: no class follows {words[0]}; write NAME CLASS, or one class a line for each of the {photos.Count} photos in order of names.");
            }
            if (!photos.TryGetValue(words[0], out var photo))
                throw new EdgeException(EdgeFault.BadSetting, $"{where}: there is no photo {words[0]} in {folder}.");
            result.Add(new LabelledPhoto(photo, ClassOf(words[1], labels, classes, where)));
        }
        return result;
    }

    static int IndexOf(string photo, IReadOnlyList<string> labels, int classes)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(photo);
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? ClassOf(name, labels, classes, photo)
            : throw new EdgeException(
                EdgeFault.BadSetting,
                $"What {photo} shows is not known: name a labels file, put each class's photos into a sub-folder named by it, "
                + "or name the photos by class index.",
                "labels");
    }

    static int ClassOf(string text, IReadOnlyList<string> labels, int classes, string where)
    {
        try
        {
            return ClassLabels.Find(labels, classes, text);
        }
        catch (FormatException e)
        {
            throw new EdgeException(EdgeFault.BadSetting, $"{where}: {e.Message}", cause: e);
        }
    }
}
