namespace FastCam.Tests.Faults;

/// <summary>Processes and what they use, by /proc.</summary>
static class Resources
{
    const double TicksPerSecond = 100; // This is USER_HZ, the same on every Linux.

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

    static string[] Tasks(int process) => Directory.Exists($"/proc/{process}/task") ? Directory.GetDirectories($"/proc/{process}/task") : [];

    // The fields begin after the name in brackets, which may hold anything.
    static string[] Fields(int process) => Read($"/proc/{process}/stat") is { Length: > 0 } text ? text[(text.LastIndexOf(')') + 2)..].Split(' ') : [];

    static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return ""; // The process has ended meanwhile.
        }
    }
}
