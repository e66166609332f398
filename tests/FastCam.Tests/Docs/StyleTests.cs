using System.Reflection;
using System.Text.RegularExpressions;

namespace FastCam.Tests.Docs;

/// <summary>What CONTRIBUTING asks for and no compiler holds: the length of lines, the words, and the names of tests.</summary>
public sealed partial class StyleTests
{
    const int LongestLine = 160;

    /// <summary>Names that scripts read from the last line of <c>run --json</c>; a name once promised stays.</summary>
    static readonly string[] Promised = ["Pictures", "PicturesPerSecond", "pictures", "picturesPerSecond"];

    [Fact]
    public void No_line_is_longer_than_160_characters()
    {
        var files = Sources("*.cs").ToList();

        var longer = files.SelectMany(
            file => File.ReadLines(file).Index().Where(line => line.Item.Length > LongestLine).Select(line => $"{file}:{line.Index + 1}"));

        Assert.NotEmpty(files);
        Assert.Empty(longer);
    }

    /// <summary>A sentence of FFmpeg's that the program looks for.</summary>
    const string Quoted = "Picture size";

    [Fact]
    public void A_still_is_an_image_and_what_streams_are_frames()
    {
        var files = new[] { "*.cs", "*.ts", "*.css", "*.html", "*.json", "*.py" }.SelectMany(Sources)
            .Where(file => Path.GetFileName(file) != "StyleTests.cs")
            .ToList();

        var found = files.SelectMany(file => File.ReadLines(file).Index().Where(line => !line.Item.Contains(Quoted))
            .SelectMany(
                line => Unwanted().Matches(line.Item).Where(word => !Promised.Contains(word.Value)).Select(word => $"{file}:{line.Index + 1}: {word.Value}")));

        Assert.NotEmpty(files);
        Assert.Empty(found);
    }

    [Fact]
    public void The_name_of_a_test_is_a_sentence()
    {
        var names = typeof(StyleTests).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttributes<FactAttribute>(inherit: true).Any()).Select(method => method.Name).ToList();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Matches(Sentence(), name));
    }

    static IEnumerable<string> Sources(string pattern) =>
        new[] { "src", "tests" }.SelectMany(folder => Directory.EnumerateFiles(Repository.File(folder), pattern, SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/") && !file.Contains("/bin/") && !file.Contains("/node_modules/")
                && !file.Contains("/wwwroot/"));

    [GeneratedRegex(@"\w*(picture|hindrance|\bbooks\b)\w*", RegexOptions.IgnoreCase)]
    private static partial Regex Unwanted();

    /// <summary>Three words or more with a line between; a capital stands at the beginning, or in a name as people write it.</summary>
    [GeneratedRegex("^[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+){2,}$")]
    private static partial Regex Sentence();
}
