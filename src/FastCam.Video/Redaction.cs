using System.Globalization;
using System.Text.RegularExpressions;

namespace FastCam.Video;

/// <summary>Takes credentials, and characters that would steer a terminal, out of what users, logs and pages get to see.</summary>
public static partial class Redaction
{
    const string Hidden = "***";
    const char Unprintable = '?';

    /// <summary>
    /// Redacts what a user typed, perhaps wrongly, or a sentence that repeats it: everything from <c>//</c>, or from
    /// <c>NAME:</c>, to the last <c>@</c> of a word is taken for credentials, and the key of a stream of RTMP too. The rate of a test
    /// pattern is not.
    /// </summary>
    public static string OfUserText(string text)
    {
        var withoutKey = Parameters(RtmpKey().Replace(text, $"$1{Hidden}"));
        return UserInformation().Replace(NameAndPassword().Replace(withoutKey, $"$1{Hidden}@"), $"//{Hidden}@");
    }

    /// <summary>Redacts an address that a user typed and that stands alone, so that spaces in a password end nothing.</summary>
    internal static string OfAddress(string text)
    {
        var (start, end) = (text.IndexOf("//", StringComparison.Ordinal), text.LastIndexOf('@'));
        return OfUserText(start >= 0 && end > start ? $"{text[..start]}//{Hidden}{text[end..]}" : text);
    }

    /// <summary>
    /// Returns the text without what would steer a terminal or hide itself. A file's name may hold any character; each that
    /// controls, turns the direction of writing, breaks a line or has no width becomes a question mark.
    /// </summary>
    public static string ToPrintable(string text) =>
        text.Any(Steers) ? string.Concat(text.Select(character => Steers(character) ? Unprintable : character)) : text;

    static bool Steers(char character) => character is not ('\u200C' or '\u200D') // these two join letters and emoji
        && char.GetUnicodeCategory(character)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>Redacts the values of parameters such as <c>password=</c> in a path, where some cameras want them.</summary>
    /// <remarks>An @ stays: it may be the end of a password with such a word in it, and what stands before it goes then too.</remarks>
    internal static string Parameters(string path) =>
        Parameter().Replace(SrtSecret().Replace(path, $"$1={Hidden}"), match => $"{match.Groups[1]}={Hidden}{(match.Value.Contains('@') ? $"@{Hidden}" : "")}");

    /// <summary>Redacts what a child process said: the password, as it is and as a URL has it, and what stands before an @.</summary>
    internal static string OfLog(string log, string? password)
    {
        if (!string.IsNullOrEmpty(password))
            log = log.Replace(password, Hidden).Replace(Uri.EscapeDataString(password), Hidden);
        return UserInformation().Replace(log, $"//{Hidden}@");
    }

    [GeneratedRegex(@"//\S*@")]
    private static partial Regex UserInformation();

    [GeneratedRegex(@"(?<!\w)(?!test:)((?:rtsps?|onvifs?|https?|rtmps?|srt|udp)[:/]+)?[^\s/:'""@]+:(?!//)[^\s'""]*@", RegexOptions.IgnoreCase)]
    private static partial Regex NameAndPassword();

    // What follows the application in an address of RTMP.
    [GeneratedRegex(@"((?>rtmps?:/*)[^\s/'""]+/[^\s/'""]+/)(?!KEY\b)[^\s'""]*[^\s'"":]", RegexOptions.IgnoreCase)]
    private static partial Regex RtmpKey();

    // Here an underscore ends nothing.
    [GeneratedRegex(@"(passphrase|streamid)=[^&\s'""]*", RegexOptions.IgnoreCase)]
    private static partial Regex SrtSecret();

    [GeneratedRegex(@"(pass\w*|pwd|token|secret|key|user\w*|auth)=[^&/_\s]*", RegexOptions.IgnoreCase)]
    private static partial Regex Parameter();
}
