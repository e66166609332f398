using System.Globalization;

namespace FastCam.Tests.Faults;

/// <summary>What the fault suite measured, one line a case, in artifacts/tests/faults.txt: the times themselves, not the bars that they are held to.</summary>
static class Figures
{
    static readonly string Report = Begin();

    static readonly Lock Gate = new();

    public static void Write(string line)
    {
        lock (Gate)
            File.AppendAllText(Report, line + Environment.NewLine);
    }

    static string Begin()
    {
        var path = Repository.File("artifacts", "tests", "faults.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, [$"{Faults.Repeats} repeats; bars {(Faults.IsLong ? "to the letter" : "half as long again, and a second")}"]);
        return path;
    }
}

/// <summary>How long something took, each time.</summary>
sealed class Durations
{
    readonly List<double> _seconds = [];

    public void Add(TimeSpan duration) => _seconds.Add(duration.TotalSeconds);

    public override string ToString()
    {
        var sorted = _seconds.Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Count / 2]:F2} s (at most {sorted[^1]:F2} s)");
    }
}
