using System.CommandLine;
using System.Globalization;
using FastCam.Edge;

namespace FastCam.Cli.Options;

/// <summary>Creates options whose values are checked while the command line is parsed, so that a bad value is a sentence and not an exception.</summary>
static class OptionFactory
{
    /// <summary>Creates an option that may be absent and takes what a function makes of its text.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="description">The option's help.</param>
    /// <param name="helpName">What the help calls the value.</param>
    /// <param name="rule">What the value is, as the predicate of a sentence about the option: <c>is a number from 1 to 9</c>.</param>
    /// <param name="parse">Returns null where the text is wrong.</param>
    public static Option<T?> Optional<T>(string name, string description, string helpName, string rule, Func<string, T?> parse) where T : struct => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            if (parse(result.Tokens[0].Value) is { } value)
                return value;
            result.AddError($"{name} {rule}, not {result.Tokens[0].Value}.");
            return null;
        },
    };

    /// <summary>Creates an option that may be absent and takes one of an enumeration's names.</summary>
    public static Option<T?> Named<T>(string name, string description) where T : struct, Enum => Optional(
        name, $"{description} [{string.Join("|", EnumNames.All<T>())}]", "choice", $"is one of {string.Join(", ", EnumNames.All<T>())}", EnumNames.Parse<T>);

    /// <summary>Creates an option that takes one of a list of names.</summary>
    public static Option<string> OneOf(string name, string description, IReadOnlyList<string> names, string byDefault) =>
        Parsed(name, $"{description} [{string.Join("|", names)}]", byDefault, text =>
            names.FirstOrDefault(choice => choice.Equals(text, StringComparison.OrdinalIgnoreCase))
                ?? throw new FormatException($"there is no {text}; choose one of {string.Join(", ", names)}."));

    /// <summary>Creates an option that takes a number within bounds.</summary>
    public static Option<float> Number(string name, string description, float byDefault, (double Least, double Most) range) =>
        Parsed(name, description, byDefault.ToString(CultureInfo.InvariantCulture), text =>
            float.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= (float)range.Least && value <= (float)range.Most
                ? value
                : throw new FormatException(FormattableString.Invariant($"a number from {range.Least} to {range.Most} is wanted, not {text}.")));

    /// <summary>Creates an option that takes a whole number within bounds.</summary>
    public static Option<int> Count(string name, string description, int byDefault, int least, int most) =>
        Parsed(name, description, byDefault.ToString(CultureInfo.InvariantCulture), text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
                ? value
                : throw new FormatException($"a whole number from {least} to {most} is wanted, not {text}."));

    /// <summary>Creates an option that takes what a function makes of its text; a <see cref="FormatException"/> says what is wrong.</summary>
    public static Option<T> Parsed<T>(string name, string description, string byDefault, Func<string, T> parse) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => parse(byDefault),
        CustomParser = result =>
        {
            try
            {
                return parse(result.Tokens[0].Value);
            }
            catch (FormatException e)
            {
                result.AddError($"{name}: {e.Message}");
                return default!;
            }
        },
    };
}

/// <summary>Tells what was typed from what is there by default.</summary>
static class GivenOptions
{
    /// <summary>Returns the value of an option that was typed; null where it was not.</summary>
    public static T? Given<T>(this ParseResult parse, Option<T> option) where T : class =>
        parse.GetResult(option) is { Implicit: false } ? parse.GetValue(option) : null;

    /// <summary>The same for values.</summary>
    public static T? GivenValue<T>(this ParseResult parse, Option<T> option) where T : struct =>
        parse.GetResult(option) is { Implicit: false } ? parse.GetValue(option) : null;
}
