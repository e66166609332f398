using System.Diagnostics;
using FastCam.Edge.Commands;
using FastCam.Video;
using Spectre.Console;

namespace FastCam.Edge.Tiles;

/// <summary>Shows how a run by tiles gets on, and what came of it.</summary>
static class TiledConsole
{
    /// <exception cref="CommandException">Ctrl-C; the image that was being explained leaves no files.</exception>
    public static void Run(TiledExplanation explanation, IReadOnlyList<string> paths, IReadOnlyList<ExplanationOutput> outputs, bool json)
    {
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        var reports = new List<TiledReport>();
        if (json || Console.IsErrorRedirected)
        {
            for (var i = 0; i < paths.Count; i++)
            {
                reports.Add(One(explanation, paths[i], outputs[i], (_, _) => { }, _ => { }, stop.Token));
                if (json) Console.Out.WriteLine(TiledExplanation.Serialise(reports[i]));
            }
        }
        else
        {
            Terminal.Error.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(progress =>
            {
                for (var i = 0; i < paths.Count; i++) reports.Add(Watched(explanation, paths[i], outputs[i], progress, stop.Token));
            });
        }
        if (!json) Show(reports, outputs);
    }

    static TiledReport Watched(TiledExplanation explanation, string path, ExplanationOutput output, ProgressContext progress, CancellationToken stop)
    {
        var name = Markup.Escape(Path.GetFileName(path));
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
        return One(explanation, path, output, Begin, Step, stop);
    }

    static TiledReport One(TiledExplanation explanation, string path, ExplanationOutput output, Action<string, int> begun, Action<int> stepped, CancellationToken stop)
    {
        try
        {
            return explanation.Write(path, output, begun, stepped, stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(MediaFault.OutputUnwritable, $"The explanation of {path} cannot be written: {e.Message}", e);
        }
        catch (OperationCanceledException e)
        {
            throw new CommandException(ExitCode.Interrupted, $"Interrupted: nothing was written of {path}.", e);
        }
    }

    static void Show(IReadOnlyList<TiledReport> reports, IReadOnlyList<ExplanationOutput> outputs)
    {
        var table = new Table().RoundedBorder().AddColumns("overlay", "size", "tiles", "most frequent class");
        foreach (var (output, report) in outputs.Zip(reports))
        {
            var most = report.Classes is [var first, ..] ? $"{first.Label}, in {first.Tiles}" : "–";
            table.AddRow(Markup.Escape(output.Overlay), $"{report.Width}×{report.Height}", $"{report.Tiles.Columns}×{report.Tiles.Rows}", Markup.Escape(most));
        }
        Terminal.Out.Write(table);
    }
}
