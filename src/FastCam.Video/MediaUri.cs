namespace FastCam.Video;

/// <summary>
/// The grammar that sources and sinks share: <c>scheme:target?key=value&amp;key=value</c>. A text without a scheme of two
/// letters or more is a path, so that <c>C:\clip.mp4</c> is one. <c>file:</c> takes everything after it for the path, and
/// a network address keeps its query, which belongs to the server.
/// </summary>
public readonly record struct MediaUri(string Text, string Scheme, string Target, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>The scheme of a path, which has none.</summary>
    public const string Path = "";

    /// <summary>Reads a URI.</summary>
    /// <exception cref="MediaException">It is empty, or an option comes twice.</exception>
    public static MediaUri Parse(string text)
    {
        var (scheme, target) = Split(text);
        var options = new Dictionary<string, string>();
        var query = scheme is "file" or "rtsp" or "rtsps" or "http" or "https" or "rtmp" or "rtmps" ? -1 : OptionsStart(target);
        if (query >= 0)
        {
            foreach (var option in target[(query + 1)..].Split('&'))
            {
                var (key, value) = Cut(option, option.IndexOf('='));
                if (!options.TryAdd(key, value))
                    throw Bad(text, $"the option {key} is given twice");
            }

            target = target[..query];
        }

        if (target.Length == 0 && scheme is Path or "file" or "images")
            throw Bad(text, "it names nothing");
        return new(text, scheme, target, options);
    }

    /// <summary>The value of an option; null when it is absent.</summary>
    public string? this[string option] => Options.GetValueOrDefault(option);

    /// <summary>Returns the same URI without the option <c>pace</c>.</summary>
    /// <param name="realtime">Whether the option says <c>realtime</c>; null when it is absent.</param>
    /// <exception cref="MediaException">The option says neither <c>realtime</c> nor <c>max</c>.</exception>
    public MediaUri WithoutPace(out bool? realtime)
    {
        realtime = this["pace"] switch
        {
            null => null,
            "realtime" => true,
            "max" => false,
            var other => throw Bad($"pace={other} is neither realtime nor max"),
        };
        return this with { Options = Options.Where(option => option.Key != "pace").ToDictionary() };
    }

    /// <summary>Refuses every option but these.</summary>
    /// <exception cref="MediaException">There is another.</exception>
    public void AllowOptions(params ReadOnlySpan<string> known)
    {
        foreach (var key in Options.Keys)
        {
            if (known.Contains(key))
                continue;
            var others = known.Length > 0 ? $", only {string.Join(", ", known.ToArray())}" : "";
            throw Bad(Text, $"there is no option {key} here{others}");
        }
    }

    /// <summary>The error of a URI that is not understood, with the reason as a clause.</summary>
    public MediaException Bad(string reason) => Bad(Text, reason);

    static MediaException Bad(string text, string reason) =>
        new(MediaFault.BadUri, $"'{Redaction.OfAddress(text)}' is not understood: {reason}.");

    static (string Scheme, string Target) Split(string text)
    {
        var colon = text.IndexOf(':');
        if (colon < 2 || !char.IsAsciiLetter(text[0]))
            return (Path, text);
        foreach (var letter in text.AsSpan(0, colon))
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('+' or '-' or '.'))
                return (Path, text);
        }

        return (text[..colon].ToLowerInvariant(), text[(colon + 1)..]);
    }

    // A '?' begins the options only if key=value follows, since in a pattern of file names it stands for any letter.
    static int OptionsStart(string target)
    {
        var query = target.LastIndexOf('?');
        if (query < 0)
            return -1;
        var key = target.AsSpan(query + 1);
        var equals = key.IndexOf('=');
        return equals > 0 && key[..equals].IndexOfAnyExceptInRange('a', 'z') < 0 ? query : -1;
    }

    static (string Key, string Value) Cut(string option, int at) => at < 0 ? (option, "") : (option[..at], option[(at + 1)..]);
}
