using System.Globalization;

namespace FastCam.Onnx.ClassMaps;

/// <summary>Names classes, and finds the class that a person means.</summary>
public static class ClassLabels
{
    const int MostNamed = 5;

    /// <summary>A class's name; <c>class 7</c> where it has none.</summary>
    /// <param name="labels">Class names in class order; empty where there are none.</param>
    /// <param name="index">The class, 0 or more.</param>
    public static string NameOf(IReadOnlyList<string> labels, int index) => index < labels.Count ? labels[index] : $"class {index}";

    /// <summary>
    /// The class of an index, of a whole label, or of a part of one: whole labels go before parts, and upper and lower case are the
    /// same. Digits alone are an index.
    /// </summary>
    /// <param name="labels">Class names in class order; empty where there are none.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="text">The index, the label, or the part.</param>
    /// <returns>0 to <paramref name="classes"/> − 1.</returns>
    /// <exception cref="FormatException">No class, or more than one: the sentence names up to five of them.</exception>
    public static int Find(IReadOnlyList<string> labels, int classes, string text)
    {
        var wanted = text.Trim();
        if (int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return index < classes ? index : throw new FormatException($"There is no class {index}; the classes are 0 to {classes - 1}.");
        if (labels.Count == 0)
            throw new FormatException($"There is no class \"{wanted}\": the network has no labels; give an index from 0 to {classes - 1}.");
        var known = labels.Take(classes).Index().ToList();
        var whole = known.Where(label => label.Item.Equals(wanted, StringComparison.OrdinalIgnoreCase)).ToList();
        var found = whole.Count > 0 || wanted.Length == 0 ? whole : [.. known.Where(label => label.Item.Contains(wanted, StringComparison.OrdinalIgnoreCase))];
        if (found is [var only])
            return only.Index;
        if (found.Count == 0)
            throw new FormatException($"No class is called \"{wanted}\"; give a label, a part of one, or an index from 0 to {classes - 1}.");
        var named = string.Join(", ", found.Take(MostNamed).Select(label => $"{label.Item} ({label.Index})"));
        var more = found.Count > MostNamed ? $" and {found.Count - MostNamed} more" : "";
        throw new FormatException($"\"{wanted}\" is {found.Count} classes: {named}{more}; give the whole label, or the index.");
    }
}
