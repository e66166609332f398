using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace FastCam.Tests.Video;

/// <summary>
/// How each parser of ours is tried with what is damaged at random: 50 000 seeded cases by default, and 1 000 000 by <c>make long parsers</c>.
/// </summary>
static class Fuzzing
{
    const string Variable = "FASTCAM_FUZZ_CASES";
    const int Few = 50_000, SecondsForFew = 120;

    static readonly string Report = Repository.File("artifacts", "tests", "parsers.txt");

    public static int Cases { get; } = int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var cases) ? cases : Few;

    /// <summary>Runs all cases of one parser, in bounded time, and adds a line to the report.</summary>
    /// <param name="body">From the number of cases to how many of them were read, which is to be neither rare nor all.</param>
    /// <param name="name">The test.</param>
    public static void Run(Func<int, int> body, [CallerMemberName] string name = "")
    {
        var (clock, read) = (Stopwatch.StartNew(), 0);
        Limited.Run(() => read = body(Cases), seconds: Math.Max(SecondsForFew, (int)((long)SecondsForFew * Cases / Few)));
        // Where one of the two is rare, the parser is not really tried.
        Assert.InRange(read, Cases / 100, Cases - Cases / 100);
        lock (Report)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Report)!);
            File.AppendAllText(Report, $"{name.Replace('_', ' ')}: {Cases} cases, {read} read, {Cases - read} refused, {clock.Elapsed.TotalSeconds:F0} s\n");
        }
    }
}
