namespace FastCam.Video.Network.Hls;

/// <summary>The attributes of a playlist's tag (RFC 8216, 4.2): <c>NAME=VALUE,NAME="VALUE, with a comma"</c>.</summary>
static class AttributeList
{
    /// <summary>Reads a list. Of a name that comes twice, the first counts; what is no attribute is passed over.</summary>
    /// <returns>The values by their names, without quotes.</returns>
    public static Dictionary<string, string> Parse(ReadOnlySpan<char> text)
    {
        var attributes = new Dictionary<string, string>();
        while (!text.IsEmpty)
        {
            var equals = text.IndexOfAny('=', ',');
            if (equals < 0)
                break;
            var name = text[..equals].Trim();
            var hasValue = text[equals] == '=';
            text = text[(equals + 1)..];
            if (hasValue)
                attributes.TryAdd(name.ToString(), TakeValue(ref text).ToString());
        }

        return attributes;
    }

    /// <summary>Takes a value and the comma behind it.</summary>
    static ReadOnlySpan<char> TakeValue(ref ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        if (text is not ['"', ..])
            return Take(ref text, ',').Trim();
        text = text[1..];
        var value = Take(ref text, '"');
        Take(ref text, ',');
        return value;
    }

    static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> text, char end)
    {
        var at = text.IndexOf(end);
        var taken = at < 0 ? text : text[..at];
        text = at < 0 ? [] : text[(at + 1)..];
        return taken;
    }
}
