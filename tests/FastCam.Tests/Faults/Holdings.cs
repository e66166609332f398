using System.Diagnostics;
using System.Globalization;

namespace FastCam.Tests.Faults;

/// <summary>What a process holds, looked at again and again while a fault is repeated: once before the first, once after each.</summary>
/// <param name="process">By its id.</param>
/// <param name="backend">Which captures.</param>
/// <param name="first">The look that later ones are held against: the first repeat loads code, and starts threads that stay.</param>
sealed class Holdings(int process, string backend = "ffmpeg", int first = 1)
{
    /// <summary>From so many looks on, a line is fitted.</summary>
    const int EnoughToFit = 20;

    /// <summary>
    /// What the last look of a few may have beyond the first: .NET's pool keeps a thread for 20 s that it started for a moment. Two repeats that leave one
    /// each make two.
    /// </summary>
    const int ChanceThreads = 1;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50), Glance = TimeSpan.FromMilliseconds(400), LongestGlance = TimeSpan.FromSeconds(4);

    readonly List<Holding> _looks = [];

    /// <summary>
    /// Looks for as long as a glance takes, and longer where there is more than there was: what is being closed is gone in a moment, and a leak never.
    /// </summary>
    /// <param name="settles">False: for a glance alone, where looks are enough for a line and the process is never at rest.</param>
    public void Look(bool settles = true)
    {
        var look = Holding.Read(process);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < (settles && HasMore(look) ? LongestGlance : Glance);)
        {
            Thread.Sleep(Pause);
            look = look.Least(Holding.Read(process));
        }

        _looks.Add(look);
    }

    /// <summary>Asserts that repeats leave nothing behind, and writes down what they left.</summary>
    public void AssertNoGrowth()
    {
        var (growth, isNone) = Judge(_looks, first);
        var text = $"{TestContext.Current.Test?.TestDisplayName.Split('.')[^1]} by {backend}: growth {growth}";
        Figures.Write(text);
        Assert.True(isNone, $"{text}; all: {string.Join(' ', _looks.Select(look => $"{look.MegaBytes:F0} MB/{look.Threads}/{look.Handles}/{look.Children}"))}");
    }

    /// <summary>Judges by a line through the looks where they are enough for one, else by the last against the first.</summary>
    public static (string Growth, bool IsNone) Judge(IReadOnlyList<Holding> looks, int first) =>
        looks.Count >= EnoughToFit ? JudgeLine(looks) : JudgeLast(looks, first);

    bool HasMore(Holding look) => _looks.Count > first && look.Beyond(_looks[first]) is not { Threads: <= 0, Handles: <= 0, Children: <= 0 };

    /// <summary>A few repeats show no slope, and memory that warms up: but threads, handles and children must be back at what they were.</summary>
    static (string Growth, bool IsNone) JudgeLast(IReadOnlyList<Holding> looks, int first)
    {
        var repeats = looks.Count - 1 - first;
        var more = looks[^1].Beyond(looks[first]);
        return ($"over {repeats} repeats {more.Threads:+0;-0;0} threads, {more.Handles:+0;-0;0} handles, {more.Children:+0;-0;0} children",
            repeats > ChanceThreads && more is { Threads: <= ChanceThreads, Handles: <= 0, Children: <= 0 });
    }

    /// <summary>
    /// Fits a line to the looks, from the 10th on, which must be level: less than one thread or handle for every ten repeats, no child, and
    /// less than 16 MB. Memory warms up for longer than ten repeats (code is compiled anew, heaps find their size), which a leak does not:
    /// over the second half, it is less than 5 MB; 10 MB in the short form, whose two minutes are the warming up.
    /// </summary>
    static (string Growth, bool IsNone) JudgeLine(IReadOnlyList<Holding> looks)
    {
        var fitted = looks.Skip(10).ToList();
        (string What, double Growth, double Limit)[] growths =
        [
            ("MB", Growth(fitted.Select(look => look.MegaBytes)), 16),
            ("MB in the second half", Growth(looks.Skip(looks.Count / 2).Select(look => look.MegaBytes)), Faults.IsLong ? 5 : 10),
            ("threads", Growth(fitted.Select(look => (double)look.Threads)), fitted.Count / 10.0),
            ("handles", Growth(fitted.Select(look => (double)look.Handles)), fitted.Count / 10.0),
            ("children", Growth(fitted.Select(look => (double)look.Children)), 0.5),
        ];
        var each = growths.Select(growth => $"{growth.Growth.ToString("+0.0;-0.0", CultureInfo.InvariantCulture)} {growth.What}");
        return ($"over {fitted.Count} repeats {string.Join(", ", each)}", growths.All(growth => growth.Growth < growth.Limit));
    }

    // The median of all slopes (Theil and Sen) is not moved by a heap that takes a piece once.
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
}

/// <summary>What a process holds at one moment.</summary>
sealed record Holding(double MegaBytes, int Threads, int Handles, int Children)
{
    public static Holding Read(int process) => new(
        double.Parse(Status(process, "VmRSS").Split(' ')[0], CultureInfo.InvariantCulture) / 1024,
        int.Parse(Status(process, "Threads"), CultureInfo.InvariantCulture),
        Directory.GetFiles($"/proc/{process}/fd").Count(IsHeld),
        Resources.Descendants(process).Count);

    /// <summary>What there is here and was not there.</summary>
    public Holding Beyond(Holding other) => new(MegaBytes - other.MegaBytes, Threads - other.Threads, Handles - other.Handles, Children - other.Children);

    /// <summary>The less of each of two moments, and the memory of the later one.</summary>
    public Holding Least(Holding later) =>
        new(later.MegaBytes, Math.Min(Threads, later.Threads), Math.Min(Handles, later.Handles), Math.Min(Children, later.Children));

    // Code that is loaded when it is first needed does not count, and a handle may be closed while we look.
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
