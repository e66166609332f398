using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Video;

namespace FastCam.Cli.Output;

/// <summary>
/// The images that could not be read: each is named when it is passed over, and the command ends with exit code 11. Several threads may share it.
/// </summary>
/// <param name="count">The number of all images.</param>
/// <param name="strict">Whether the first image that cannot be read ends the command.</param>
/// <param name="json">Whether machines read the output.</param>
sealed class SkippedImages(int count, bool strict, bool json)
{
    const int MostNamed = 5;

    readonly List<string> _paths = [];

    /// <summary>Explains an image; returns null where it cannot be read and is passed over.</summary>
    /// <exception cref="MediaException">The results cannot be written, or the image's fault ends the command.</exception>
    public TResult? Try<TResult>(string path, Func<TResult> explain) where TResult : class
    {
        try
        {
            return explain();
        }
        catch (MediaException e) when (e.IsOfImage)
        {
            Add(path, e);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(MediaFault.OutputUnwritable, $"The explanation of {path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Names an image that is passed over.</summary>
    /// <exception cref="MediaException">The error itself, where it ends the command: because that was asked for, or because there is no other
    /// image.</exception>
    public void Add(string path, MediaException error)
    {
        if (strict || count == 1)
            throw error;
        lock (_paths)
        {
            _paths.Add(path);
            var sentence = Redaction.OfUserText(ErrorSentence.From(error));
            if (!json)
            {
                Terminal.Warn($"Skipped: {Redaction.ToPrintable(sentence)}");
                return;
            }
            var skipped = new SkippedEvent("skipped", path, (int)(ExitCodes.FromException(error) ?? ExitCode.SourceUnreadable), sentence);
            Console.Out.WriteLine(JsonSerializer.Serialize(skipped, SkippedJson.Default.SkippedEvent));
        }
    }

    /// <summary>Ends the command with a sentence if images were passed over.</summary>
    /// <exception cref="MediaException">Images were passed over.</exception>
    public void ThrowIfAny()
    {
        if (_paths.Count == 0)
            return;
        var names = string.Join(", ", _paths.Order(StringComparer.Ordinal).Take(MostNamed));
        var rest = (count - _paths.Count) switch
        {
            0 => "nothing else is there",
            1 => "the other one is done",
            var others => $"the other {others} are done",
        };
        throw new MediaException(
            MediaFault.SourceUnreadable,
            $"{_paths.Count} of {count} images could not be read and {(_paths.Count == 1 ? "was" : "were")} skipped "
            + $"({names}{(_paths.Count > MostNamed ? ", …" : "")}); {rest}.");
    }
}

/// <summary>An image that was passed over, for machines.</summary>
/// <param name="Event">Always <c>skipped</c>.</param>
/// <param name="Image">Its path.</param>
/// <param name="Code">The exit code that the command would have if this were the only image.</param>
/// <param name="Message">What is wrong with the image.</param>
sealed record SkippedEvent(string Event, string Image, int Code, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SkippedEvent))]
sealed partial class SkippedJson : JsonSerializerContext;
