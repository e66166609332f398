using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace FastCam.Cli.Options;

/// <summary>A command's help, followed by examples of its use.</summary>
sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    static readonly Dictionary<Command, string[]> Examples = [];

    /// <summary>Adds examples to a command's help: each is a command line, or a command line and what it does.</summary>
    public static Command WithExamples<T>(T command, params string[] examples) where T : Command
    {
        Examples[command] = examples;
        return command;
    }

    /// <summary>Makes the help of a whole program show its commands' examples.</summary>
    public static void Install(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new HelpWithExamples((HelpAction)option.Action!);
    }

    public override int Invoke(ParseResult parse)
    {
        var result = help.Invoke(parse);
        if (!Examples.TryGetValue(parse.CommandResult.Command, out var examples))
            return result;
        var output = parse.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in examples)
            output.WriteLine($"  {example}");
        output.WriteLine();
        return result;
    }
}
