using System.Text;

namespace FastCam.Video.FFmpeg;

/// <summary>
/// What FFmpeg is to open, written to its standard input in the language of its concat demuxer: an address with credentials would
/// otherwise stand in its argument list, which every user of the machine can read.
/// </summary>
/// <param name="Url">The address, in FFmpeg's words.</param>
/// <param name="Protocols">FFmpeg's names of the protocols that it takes; no other is opened.</param>
/// <param name="Container">FFmpeg's name of the container that is expected; no other is opened.</param>
sealed record FFmpegScript(string Url, string Protocols, string Container)
{
    /// <summary>The first version that reads options in a script.</summary>
    public static readonly Version Since = new(5, 0);

    const int ShortestSecret = 4; // what is shorter guards nothing, and stands in many a word

    readonly List<(string Key, string Value)> _options = [];
    readonly List<string> _secrets = [];

    /// <summary>Adds an option of the protocol or of the container, unless it has no value.</summary>
    public FFmpegScript With(string key, string? value)
    {
        if (value is not null)
            _options.Add((key, Checked(value)));
        return this;
    }

    /// <summary>Hides a word in what FFmpeg says.</summary>
    public FFmpegScript Hiding(string? secret)
    {
        if (secret?.Length >= ShortestSecret)
            _secrets.Add(secret);
        return this;
    }

    /// <summary>Writes it to a child's standard input, whose pipe is larger, and closes that.</summary>
    public void WriteTo(Stream input)
    {
        try
        {
            using (input)
                input.Write(Encoding.UTF8.GetBytes(Text));
        }
        catch (IOException)
        {
            // The child is gone, and its own log says why.
        }
    }

    /// <summary>Returns what FFmpeg said in the user's words, without what is secret.</summary>
    /// <param name="log">What it said.</param>
    /// <param name="name">The address's display name.</param>
    public string Translate(string log, string name) => _secrets.Aggregate(log.Replace(Url, name), (said, secret) => said.Replace(secret, "***"));

    string Text => $"ffconcat version 1.0\nfile {Quote(Checked(Url))}\n"
        + string.Concat(_options.Select(option => $"option {option.Key} {Quote(option.Value)}\n"));

    static string Quote(string word) => $"'{word.Replace("'", @"'\''")}'";

    // A line break would end the word, and begin a line of the script's own.
    static string Checked(string word) => !word.Any(char.IsControl) ? word : throw new MediaException(
        MediaFault.BadUri, "A line break, or another character that is none to be read, stands in the source's address or login: leave it out.")
    { Recovery = Recovery.None };
}
