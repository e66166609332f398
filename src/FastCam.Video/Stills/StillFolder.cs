using System.IO.Enumeration;

namespace FastCam.Video.Stills;

/// <summary>The files of a folder: images by their content, or by a name that says so, and others.</summary>
/// <param name="Images">
/// The images, in the order of their names' characters. One that is named so and is none is among them: reading it says what is wrong.
/// </param>
/// <param name="Others">The files that are no images, in the same order.</param>
public sealed record StillFolder(IReadOnlyList<string> Images, IReadOnlyList<string> Others)
{
    /// <summary>Lists a folder, without those inside it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pattern">Which names count, with <c>*</c> and <c>?</c>.</param>
    /// <exception cref="MediaException">The folder may not be read.</exception>
    public static StillFolder List(string folder, string pattern = "*")
    {
        var (images, others) = (new List<string>(), new List<string>());
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            {
                if (FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(file), ignoreCase: false))
                    (StillFormat.IsNamedSo(file) || IsImage(file) ? images : others).Add(file);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var why = error is UnauthorizedAccessException ? "permission denied." : error.Message;
            throw new MediaException(MediaFault.SourceUnreadable, $"The folder {folder} may not be read: {why}", error);
        }

        return new(images, others);
    }

    static bool IsImage(string file)
    {
        try
        {
            return StillFormat.Find(file) is not null;
        }
        catch (MediaException)
        {
            return false; // it cannot be read, or is gone already
        }
    }
}
