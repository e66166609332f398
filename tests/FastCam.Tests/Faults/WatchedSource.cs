using System.Diagnostics;
using System.Globalization;
using FastCam.Tests.Video;

namespace FastCam.Tests.Faults;

/// <summary>A frame of a source that was watched. Times are in milliseconds.</summary>
/// <param name="Sequence">Its sequence number.</param>
/// <param name="Time">Its presentation time.</param>
/// <param name="Number">The number of its bar code; -1: none was read.</param>
/// <param name="Came">When it came, by the monotonic clock.</param>
sealed record WatchedFrame(long Sequence, double Time, int Number, double Came);

/// <summary>
/// A source as <c>FastCam.Watch</c> sees it, in a process of its own: the camera that tests play is a library that a process is started with.
/// </summary>
/// <param name="Began">When it began to open the source, by the monotonic clock, in milliseconds.</param>
/// <param name="Frames">Its frames, in the order in which they came.</param>
/// <param name="Used">Processor time of the process and its children from the first of its last frames on.</param>
/// <param name="Counted">How many frames that were.</param>
sealed record WatchedSource(double Began, IReadOnlyList<WatchedFrame> Frames, TimeSpan Used, int Counted)
{
    /// <summary>So many frames go by before processor time is counted: until then code is loaded and compiled.</summary>
    public const int Warm = 60;

    /// <summary>Watches a source for so many frames, or to its end.</summary>
    public static WatchedSource See(string backend, string source, int frames, params (string Name, string Value)[] environment)
    {
        WatchedSource? seen = null;
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "FastCam.Watch"), [backend, source, $"{frames}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            Limited.Run(() => seen = Read(process, frames), seconds: 90);
            process.StandardInput.Close();
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)), $"The watcher of {source} by {backend} did not end.");
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            process.Kill();
        }
        return seen!;
    }

    static WatchedSource Read(Process process, int frames)
    {
        var began = double.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        var seen = new List<WatchedFrame>();
        var before = TimeSpan.Zero;
        while (seen.Count < frames && process.StandardOutput.ReadLine() is { } line)
        {
            var fields = Array.ConvertAll(line.Split(' '), field => double.Parse(field, CultureInfo.InvariantCulture));
            seen.Add(new((long)fields[0], fields[1], (int)fields[2], fields[3]));
            if (seen.Count == Warm)
                before = Resources.ProcessorTime(process.Id);
        }
        return new(began, seen, Resources.ProcessorTime(process.Id) - before, seen.Count - Warm);
    }
}
