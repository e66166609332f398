using FastCam.Video;
using Spectre.Console;

namespace FastCam.Cli.Output;

/// <summary>Output for a user: coloured and fitted on a terminal; plain and unfolded in a file or a pipe.</summary>
static class Terminal
{
    const int UnfoldedWidth = 240;

    /// <summary>The console for results.</summary>
    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>The console for progress and notices.</summary>
    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>Writes a result in one line. In a pipe the line is never folded, however long it is.</summary>
    public static void Say(string sentence) => Write(Out, Console.Out, Console.IsOutputRedirected, sentence);

    /// <summary>Writes a notice in one line, likewise.</summary>
    public static void Warn(string sentence) => Write(Error, Console.Error, Console.IsErrorRedirected, sentence);

    /// <summary>Returns text for a table or for markup. A file's name may hold any character, and none of them may control the terminal.</summary>
    public static string Escape(string text) => Markup.Escape(Redaction.ToPrintable(text));

    static void Write(IAnsiConsole console, TextWriter writer, bool redirected, string sentence)
    {
        if (redirected)
            writer.WriteLine(Redaction.ToPrintable(sentence));
        else
            console.WriteLine(Redaction.ToPrintable(sentence)); // The console keeps a progress bar intact.
    }

    static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
            console.Profile.Width = UnfoldedWidth;
        return console;
    }
}
