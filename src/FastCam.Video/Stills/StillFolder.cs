using System.IO.Enumeration;

namespace FastCam.Video.Stills;

/// <summary>The files of a folder: images, by their content or their name, and others.</summary>
/// <param name="Images">
/// The paths of the images, in the order of their characters. A file that is only named like an image is among them, so that
/// reading it tells what is wrong with it.
/// </param>
/// <param name="Others">The paths of the files that are no images, in the same order.</param>
public sealed record StillFolder(IReadOnlyList<string> Images, IReadOnlyList<string> Others)
{
    /// <summary>Lists a folder, without the folders inside it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pattern">The pattern of the names that count, with <c>*</c> and <c>?</c>.</param>
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
            var reason = error is UnauthorizedAccessException ? "permission denied." : error.Message;
            throw new MediaException(MediaFault.SourceUnreadable, $"The folder {folder} may not be read: {reason}", error);
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
            return false; // the file cannot be read, or is gone already
        }
    }
}
