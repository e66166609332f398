using System.Diagnostics;
using Spectre.Console;

namespace FastCam.Cli.Output;

/// <summary>A bar for each measurement. It is drawn between measurements only, and not often: drawing takes a core from what is measured.</summary>
sealed class BenchProgress(ProgressContext context)
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(0.5);

    readonly Dictionary<string, ProgressTask> _tasks = [];
    long _drawn;

    public void Report(string name, int done, int of)
    {
        if (!_tasks.TryGetValue(name, out var task)) _tasks[name] = task = context.AddTask(name, maxValue: of);
        task.Value = done;
        if (done < of && Stopwatch.GetElapsedTime(_drawn) < Period) return;
        context.Refresh();
        _drawn = Stopwatch.GetTimestamp();
    }
}
