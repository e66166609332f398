using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Video.Sources;

namespace FastCam.Cli.Output;

/// <summary>Says what a user should know before the work begins, once everything has been checked that may be refused.</summary>
static class Notices
{
    /// <param name="json">Whether machines read the output: they are told of the files alone, since the report has the rest.</param>
    /// <param name="others">The files that are passed over because they are not images.</param>
    /// <param name="lines">Sentences; null where there is nothing to say.</param>
    public static void Say(bool json, IEnumerable<OtherFiles> others, params ReadOnlySpan<string?> lines)
    {
        foreach (var files in others)
        {
            if (files.Sentence is not { } sentence)
                continue;
            var ignored = new IgnoredEvent("ignored", files.Folder, files.Files.Count, files.Names);
            if (json)
                Console.Out.WriteLine(JsonSerializer.Serialize(ignored, NoticesJson.Default.IgnoredEvent));
            else
                Terminal.Warn(sentence);
        }
        if (json)
            return;
        foreach (var line in lines)
        {
            if (line is not null)
                Terminal.Warn(line);
        }
    }
}

/// <summary>The files of a folder that are not images, for machines.</summary>
/// <param name="Event">Always <c>ignored</c>.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Count">The number of files.</param>
/// <param name="Files">The first few of their names.</param>
sealed record IgnoredEvent(string Event, string Folder, int Count, IReadOnlyList<string> Files);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IgnoredEvent))]
sealed partial class NoticesJson : JsonSerializerContext;
