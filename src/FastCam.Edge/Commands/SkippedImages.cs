using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Video;
using Spectre.Console;

namespace FastCam.Edge.Commands;

/// <summary>The images that could not be read: each is named when it is passed over, and the command ends with exit code 11. Safe for several threads.</summary>
/// <param name="count">How many images there are.</param>
/// <param name="strict">Whether the first ends the command.</param>
/// <param name="json">Whether machines read the output.</param>
sealed class SkippedImages(int count, bool strict, bool json)
{
    const int MostNamed = 5;

    readonly List<string> _paths = [];

    /// <summary>Whether an image can be passed over after this: the fault is its own.</summary>
    public static bool IsOfImage(MediaException error) =>
        error.Fault is MediaFault.SourceNotFound or MediaFault.SourceUnreadable or MediaFault.SourceFailed or MediaFault.ToolMissing;

    /// <summary>Names an image that is passed over.</summary>
    /// <exception cref="MediaException">The error itself, where it ends the command: as asked for, or because there is no other image.</exception>
    public void Add(string path, MediaException error)
    {
        if (strict || count == 1) throw error;
        lock (_paths)
        {
            _paths.Add(path);
            if (json) Console.Out.WriteLine(JsonSerializer.Serialize(new SkippedEvent("skipped", path, (int)(ExitCodes.Of(error) ?? ExitCode.SourceUnreadable), error.Message), SkippedJson.Default.SkippedEvent));
            else Terminal.Error.WriteLine($"Skipped: {Redaction.OfUserText(error.Message)}");
        }
    }

    /// <summary>Says which files of a folder are passed over because they are no images.</summary>
    public static void Say(string folder, IReadOnlyList<string> others, bool json)
    {
        if (others.Count == 0) return;
        var names = others.Take(MostNamed).Select(path => Path.GetFileName(path)).ToList();
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new IgnoredEvent("ignored", folder, others.Count, names), SkippedJson.Default.IgnoredEvent));
            return;
        }
        var more = others.Count > names.Count ? $", … and {others.Count - names.Count} more" : "";
        Terminal.Error.WriteLine($"{folder} holds {(others.Count == 1 ? "a file that is no image and is" : $"{others.Count} files that are no images and are")} passed over: {string.Join(", ", names)}{more}.");
    }

    /// <exception cref="MediaException">Images were passed over.</exception>
    public void ThrowIfAny()
    {
        if (_paths.Count == 0) return;
        var names = string.Join(", ", _paths.Order(StringComparer.Ordinal).Take(MostNamed));
        throw new MediaException(
            MediaFault.SourceUnreadable,
            $"{_paths.Count} of {count} images could not be read and {(_paths.Count == 1 ? "was" : "were")} skipped ({names}{(_paths.Count > MostNamed ? ", …" : "")}); the other {count - _paths.Count} are done.");
    }
}

/// <summary>An image that was passed over, for machines.</summary>
/// <param name="Event">Always <c>skipped</c>.</param>
/// <param name="Image">Its path.</param>
/// <param name="Code">The exit code that it would have had alone.</param>
/// <param name="Message">What is wrong with it.</param>
sealed record SkippedEvent(string Event, string Image, int Code, string Message);

/// <summary>Files of a folder that are no images, for machines.</summary>
/// <param name="Event">Always <c>ignored</c>.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Count">How many.</param>
/// <param name="Files">The first of their names.</param>
sealed record IgnoredEvent(string Event, string Folder, int Count, IReadOnlyList<string> Files);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SkippedEvent))]
[JsonSerializable(typeof(IgnoredEvent))]
sealed partial class SkippedJson : JsonSerializerContext;
