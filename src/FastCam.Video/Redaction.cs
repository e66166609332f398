using System.Globalization;
using System.Text.RegularExpressions;

namespace FastCam.Video;

/// <summary>Takes out of what people, logs and pages get to see the credentials, and what would steer a terminal.</summary>
public static partial class Redaction
{
    const string Hidden = "***";
    const char Unprintable = '?';

    /// <summary>
    /// What a person typed and may have typed wrongly, or a sentence that holds it: everything from <c>//</c>, or from <c>NAME:</c>, to the last <c>@</c>
    /// of a word is taken for credentials. A test pattern's rate is none.
    /// </summary>
    public static string OfUserText(string text) => UserInformation().Replace(NameAndPassword().Replace(Parameters(text), $"$1{Hidden}@"), $"//{Hidden}@");

    /// <summary>
    /// The text without what would steer a terminal or hide itself: a file's name may hold any character, and each that controls, turns the
    /// direction of writing, breaks a line or has no width becomes a question mark.
    /// </summary>
    public static string ToPrintable(string text) =>
        text.Any(Steers) ? string.Concat(text.Select(character => Steers(character) ? Unprintable : character)) : text;

    static bool Steers(char character) => character is not ('\u200C' or '\u200D') // which join letters and emoji
        && char.GetUnicodeCategory(character)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>The values of parameters such as <c>password=</c> in a path, where some cameras want them.</summary>
    internal static string Parameters(string path) => Parameter().Replace(path, $"$1={Hidden}");

    /// <summary>What a child process said, without the password, whole or in the form in which a URL has it, and without what stands before an @.</summary>
    internal static string OfLog(string log, string? password)
    {
        if (string.IsNullOrEmpty(password))
            return UserInformation().Replace(log, $"//{Hidden}@");
        return UserInformation().Replace(log.Replace(password, Hidden).Replace(Uri.EscapeDataString(password), Hidden), $"//{Hidden}@");
    }

    [GeneratedRegex(@"//\S*@")]
    private static partial Regex UserInformation();

    [GeneratedRegex(@"(?<!\w)(?!test:)((?:rtsps?|https?)[:/]+)?[^\s/:'""@]+:(?!//)[^\s'""]*@", RegexOptions.IgnoreCase)]
    private static partial Regex NameAndPassword();

    [GeneratedRegex(@"(pass\w*|pwd|token|secret|key|user\w*|auth)=[^&/_\s]*", RegexOptions.IgnoreCase)]
    private static partial Regex Parameter();
}
