using System.Globalization;

namespace FastCam.Tests.Faults;

/// <summary>What a process holds at one moment.</summary>
sealed record Holding(double MegaBytes, int Threads, int Handles, int Children)
{
    public static Holding Of(int process) => new(
        double.Parse(Status(process, "VmRSS").Split(' ')[0], CultureInfo.InvariantCulture) / 1024,
        int.Parse(Status(process, "Threads"), CultureInfo.InvariantCulture),
        Directory.GetFiles($"/proc/{process}/fd").Count(IsHeld),
        Resources.Descendants(process).Count);

    // Code is loaded when it is first needed; and a handle may be closed while we look.
    static bool IsHeld(string handle)
    {
        try
        {
            return File.ResolveLinkTarget(handle, false)?.Name.EndsWith(".dll") != true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    static string Status(int process, string field) =>
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(field + ":", StringComparison.Ordinal))[(field.Length + 1)..].Trim();
}

/// <summary>Processes and what they use, by /proc.</summary>
static class Resources
{
    const double TicksPerSecond = 100; // USER_HZ, the same on every Linux

    public static List<int> Descendants(int process)
    {
        var found = new List<int>();
        foreach (var task in Tasks(process))
        {
            foreach (var child in Read(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse))
            {
                found.Add(child);
                found.AddRange(Descendants(child));
            }
        }

        return found;
    }

    public static bool IsZombie(int process) => Fields(process) is ["Z" or "X", ..] or [];

    /// <summary>Processor time of a process and its living descendants, and of those it has waited for.</summary>
    public static TimeSpan ProcessorTime(int process)
    {
        var ticks = Descendants(process).Append(process).Select(Fields).Where(fields => fields.Length > 14)
            .Sum(fields => long.Parse(fields[11]) + long.Parse(fields[12]) + long.Parse(fields[13]) + long.Parse(fields[14]));
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>As <see cref="AssertFlat"/>, where there are repeats enough.</summary>
    public static void AssertLevel(IReadOnlyList<Holding> held, string backend = "ffmpeg")
    {
        if (Faults.IsLong)
            AssertFlat(held, backend);
    }

    /// <summary>
    /// Fits a line to what was held after each repeat, from the 10th on, and asserts that it is level: less than one thread or
    /// handle for every ten repeats, no child, and less than 16 MB. Memory warms up for longer than ten repeats (code is compiled
    /// anew, heaps find their size), which a leak does not: over the second half, it is less than 5 MB; 10 MB in the short form,
    /// whose two minutes are the warming up.
    /// </summary>
    public static void AssertFlat(IReadOnlyList<Holding> held, string backend = "ffmpeg")
    {
        var fitted = held.Skip(10).ToList();
        (string What, double Growth, double Limit)[] growths =
        [
            ("MB", Growth(fitted.Select(holding => holding.MegaBytes)), 16),
            ("MB in the second half", Growth(held.Skip(held.Count / 2).Select(holding => holding.MegaBytes)), Faults.IsLong ? 5 : 10),
            ("threads", Growth(fitted.Select(holding => (double)holding.Threads)), fitted.Count / 10.0),
            ("handles", Growth(fitted.Select(holding => (double)holding.Handles)), fitted.Count / 10.0),
            ("children", Growth(fitted.Select(holding => (double)holding.Children)), 0.5),
        ];
        var text = string.Create(CultureInfo.InvariantCulture, $"{TestContext.Current.Test?.TestDisplayName.Split('.')[^1]} by {backend}: growth over {fitted.Count} repeats {string.Join(", ", growths.Select(growth => growth.Growth.ToString("+0.0;-0.0", CultureInfo.InvariantCulture) + " " + growth.What))}");
        Figures.Write(text);
        Assert.All(growths, growth => Assert.True(growth.Growth < growth.Limit, $"{text}; all: {string.Join(' ', held.Select(holding => $"{holding.MegaBytes:F0} MB/{holding.Threads}/{holding.Handles}/{holding.Children}"))}"));
    }

    // By the median of all slopes (Theil and Sen): a heap that takes a piece once is no leak.
    static double Growth(IEnumerable<double> values)
    {
        var list = values.ToList();
        var slopes = new List<double>();
        for (var i = 0; i < list.Count; i++)
        {
            for (var j = i + 1; j < list.Count; j++)
                slopes.Add((list[j] - list[i]) / (j - i));
        }

        slopes.Sort();
        return slopes[slopes.Count / 2] * list.Count;
    }

    static string[] Tasks(int process) => Directory.Exists($"/proc/{process}/task") ? Directory.GetDirectories($"/proc/{process}/task") : [];

    // From the state on: what stands before it is a name that may hold anything.
    static string[] Fields(int process) => Read($"/proc/{process}/stat") is { Length: > 0 } text ? text[(text.LastIndexOf(')') + 2)..].Split(' ') : [];

    static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return ""; // it has ended meanwhile
        }
    }
}
