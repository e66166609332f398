using System.Diagnostics;
using FastCam.Edge.Images;
using FastCam.Edge.Tiles;
using FastCam.Video;
using Spectre.Console;

namespace FastCam.Cli.Output;

/// <summary>Shows the progress and the results of a run by tiles.</summary>
sealed class TiledConsole(
    TiledExplanation explanation, IReadOnlyList<string> paths, IReadOnlyList<ExplanationOutput> outputs, SkippedImages skipped, bool json)
{
    readonly List<(ExplanationOutput Output, TiledReport Report)> _done = [];

    /// <exception cref="CommandException">Ctrl-C; the image that was being explained leaves no files.</exception>
    /// <exception cref="MediaException">A file cannot be written.</exception>
    public void Run()
    {
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        if (json || Console.IsErrorRedirected)
        {
            for (var i = 0; i < paths.Count; i++)
                TryExplain(i, (_, _) => { }, _ => { }, stop.Token);
        }
        else
        {
            Terminal.Error.Progress().AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .Start(progress =>
                {
                    for (var i = 0; i < paths.Count; i++)
                        Watch(i, progress, stop.Token);
                });
        }
        if (!json && _done.Count > 0)
            Show();
    }

    void Watch(int index, ProgressContext progress, CancellationToken stop)
    {
        var name = Terminal.Escape(Path.GetFileName(paths[index]));
        var task = progress.AddTask($"{name}: opening").IsIndeterminate();
        var (pass, start) = ("", 0L);
        void Begin(string next, int tiles)
        {
            task.IsIndeterminate(false).Value(task.MaxValue).StopTask();
            task = progress.AddTask($"{name}: {next}", maxValue: Math.Max(tiles, 1)).IsIndeterminate(tiles == 0);
            (pass, start) = (next, Stopwatch.GetTimestamp());
        }
        void Step(int tiles)
        {
            task.Increment(tiles);
            task.Description = $"{name}: {pass}, {task.Value / Stopwatch.GetElapsedTime(start).TotalSeconds:F0} tiles/s";
        }
        TryExplain(index, Begin, Step, stop);
        task.StopTask();
    }

    void TryExplain(int index, Action<string, int> begun, Action<int> stepped, CancellationToken stop)
    {
        try
        {
            var report = skipped.Try(paths[index], () => explanation.Write(paths[index], outputs[index], begun, stepped, stop));
            if (report is null)
                return;
            _done.Add((outputs[index], report));
            if (json)
                Console.Out.WriteLine(TiledExplanation.Serialise(report));
        }
        catch (OperationCanceledException e)
        {
            throw new CommandException(ExitCode.Interrupted, $"Interrupted: nothing was written of {paths[index]}.", e);
        }
    }

    void Show()
    {
        var table = new Table().RoundedBorder().AddColumns("overlay", "size", "tiles", "most frequent class");
        foreach (var (output, report) in _done)
        {
            var most = report.Classes is [var first, ..] ? $"{first.Label}, in {first.Tiles}" : "–";
            table.AddRow(
                Terminal.Escape(output.Overlay), $"{report.Width}×{report.Height}", $"{report.Tiles.Columns}×{report.Tiles.Rows}", Terminal.Escape(most));
        }
        Terminal.Out.Write(table);
    }
}
