using System.Globalization;
using System.Text.RegularExpressions;

namespace FastCam.Onnx.Models;

/// <summary>What exporters write into a model's metadata: Ultralytics writes class names and the input size.</summary>
/// <param name="Labels">Class names in class order; empty where there are none.</param>
/// <param name="Width">The input's columns; null where it is not said.</param>
/// <param name="Height">The input's rows; null where it is not said.</param>
/// <param name="IsUltralytics">Whether Ultralytics wrote it: its networks take 0..1 and no mean.</param>
sealed partial record ExporterMetadata(IReadOnlyList<string> Labels, int? Width, int? Height, bool IsUltralytics)
{
    public static ExporterMetadata Read(IReadOnlyDictionary<string, string> metadata)
    {
        var sides = metadata.TryGetValue("imgsz", out var size)
            ? Number().Matches(size).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture)).ToArray()
            : [];
        var labels = metadata.TryGetValue("names", out var names) ? ReadNames(names) : [];
        var ultralytics = metadata.TryGetValue("author", out var author) && author.Contains("Ultralytics", StringComparison.OrdinalIgnoreCase);
        return sides is [var height, var width]
            ? new ExporterMetadata(labels, width, height, ultralytics)
            : new ExporterMetadata(labels, null, null, ultralytics);
    }

    /// <summary>A Python dictionary as text: {0: 'person', 1: "lion's mane"}.</summary>
    static string[] ReadNames(string names)
    {
        var entries = Entry()
            .Matches(names)
            .Select(match => (Index: int.Parse(match.Groups["index"].Value, CultureInfo.InvariantCulture), Name: match.Groups["name"].Value))
            .OrderBy(entry => entry.Index)
            .ToList();
        return entries.Select(entry => entry.Index).SequenceEqual(Enumerable.Range(0, entries.Count)) ? [.. entries.Select(entry => entry.Name)] : [];
    }

    [GeneratedRegex(@"\d{1,5}")]
    private static partial Regex Number();

    [GeneratedRegex("(?<index>\\d{1,6}): (?<quote>['\"])(?<name>.*?)\\k<quote>(?=[,}])")]
    private static partial Regex Entry();
}
