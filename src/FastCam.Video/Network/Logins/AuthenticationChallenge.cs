using System.Text;

namespace FastCam.Video.Network.Logins;

/// <summary>One way in that a server offers with a refusal (RFC 9110, 11.6.1): a scheme and its parameters.</summary>
sealed class AuthenticationChallenge
{
    const int LongestName = 40; // of what is shown

    readonly Dictionary<string, string> _parameters = new(StringComparer.OrdinalIgnoreCase);

    AuthenticationChallenge(string scheme) => Scheme = scheme;

    public string Scheme { get; }

    /// <summary>The value of a parameter, without its quotes; null when it is absent.</summary>
    public string? this[string name] => _parameters.GetValueOrDefault(name);

    /// <summary>The display name: the scheme, and the variant that it asks for.</summary>
    public override string ToString()
    {
        var variant = string.Join(" and qop ", new[] { this["algorithm"], this["qop"] }.Where(value => !string.IsNullOrEmpty(value)).Select(Shorten!));
        return variant.Length == 0 ? Shorten(Scheme) : $"{Shorten(Scheme)} with {variant}";
    }

    /// <summary>
    /// Reads the challenges of all <c>WWW-Authenticate</c> headers, each of which may hold several. A scheme stands at the beginning or
    /// behind a comma, and a parameter has a <c>=</c>; what is neither is passed over, as players do, since cameras write it.
    /// </summary>
    public static IReadOnlyList<AuthenticationChallenge> Parse(IEnumerable<string> headers)
    {
        var found = new List<AuthenticationChallenge>();
        foreach (var header in headers)
            Parse(header, found);
        return found;
    }

    static void Parse(string text, List<AuthenticationChallenge> found)
    {
        AuthenticationChallenge? challenge = null;
        var isBegin = true;
        for (var at = 0; at < text.Length;)
        {
            var word = Word(text, ref at, " \t,=\"");
            if (word.Length == 0)
            {
                isBegin |= text[at++] == ',';
                continue;
            }

            PassSpaces(text, ref at);
            if (at < text.Length && text[at] == '=')
            {
                at++;
                PassSpaces(text, ref at);
                var value = at < text.Length && text[at] == '"' ? Quoted(text, ref at) : Word(text, ref at, " \t,");
                challenge?._parameters.TryAdd(word, value);
            }
            else if (isBegin)
            {
                found.Add(challenge = new(word));
            }

            isBegin = false;
        }
    }

    static string Word(string text, ref int at, string ends)
    {
        var start = at;
        while (at < text.Length && !ends.Contains(text[at]))
            at++;
        return text[start..at];
    }

    static void PassSpaces(string text, ref int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
            at++;
    }

    static string Quoted(string text, ref int at)
    {
        var value = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
                at++;
            value.Append(text[at]);
        }

        at++;
        return value.ToString();
    }

    static string Shorten(string name) => name.Length > LongestName ? name[..LongestName] + "…" : name;
}
