using System.Text.RegularExpressions;

namespace FastCam.Video;

/// <summary>Takes credentials out of what people, logs and pages get to see.</summary>
static partial class Redaction
{
    const string Hidden = "***";

    /// <summary>What a person typed and may have typed wrongly: everything from <c>//</c> to the last <c>@</c> is taken for credentials.</summary>
    public static string OfUserText(string text) => UserInformation().Replace(Parameters(text), $"//{Hidden}@");

    /// <summary>The values of parameters such as <c>password=</c> in a path, where some cameras want them.</summary>
    public static string Parameters(string path) => Parameter().Replace(path, $"$1={Hidden}");

    /// <summary>What a child process said, without these credentials, whole or in the form in which a URL has them.</summary>
    public static string Of(string log, Login? login)
    {
        if (login is null || login.Password.Length == 0)
            return UserInformation().Replace(log, $"//{Hidden}@");
        return UserInformation().Replace(log.Replace(login.Password, Hidden).Replace(Uri.EscapeDataString(login.Password), Hidden), $"//{Hidden}@");
    }

    [GeneratedRegex(@"//\S*@")]
    private static partial Regex UserInformation();

    [GeneratedRegex(@"(pass\w*|pwd|token|secret|key|user\w*|auth)=[^&/_\s]*", RegexOptions.IgnoreCase)]
    private static partial Regex Parameter();
}
