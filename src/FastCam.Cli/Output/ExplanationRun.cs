using FastCam.Edge.Images;
using FastCam.Edge.Overlays;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Video;
using Spectre.Console;

namespace FastCam.Cli.Output;

/// <summary>Explains many images, some at a time, and shows the progress and the results.</summary>
sealed class ExplanationRun : IDisposable
{
    /// <summary>More threads would wait for the disk, and each holds the memory of a pass.</summary>
    const int MostWorkers = 16;

    readonly ExplainedNetwork _network;
    readonly bool _json;
    readonly List<Explainer> _explainers = [];
    readonly List<ExplanationWriter> _writers = [];
    readonly List<(ExplanationOutput Output, ExplanationResult Result)> _done = [];

    /// <exception cref="Onnx.ModelException">The model lacks what the options need.</exception>
    public ExplanationRun(ExplainedNetwork network, FitRule fit, OverlaySettings overlay, int workers, bool json)
    {
        (_network, _json) = (network, json);
        try
        {
            for (var worker = 0; worker < workers; worker++)
            {
                _explainers.Add(network.CreateExplainer());
                _writers.Add(new ExplanationWriter(network, _explainers[^1], fit, overlay));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>
    /// Returns the number of images at a time: each core takes one, with one thread; a device takes one pass at a time, and meanwhile another image
    /// is read and written.
    /// </summary>
    public static int Workers(int images, bool onProcessor) =>
        Math.Clamp(images, 1, onProcessor ? Math.Min(Environment.ProcessorCount, MostWorkers) : 2);

    /// <summary>Explains the images.</summary>
    /// <param name="paths">The images.</param>
    /// <param name="outputs">The files for the results of each.</param>
    /// <param name="skipped">Called with the images that cannot be read.</param>
    /// <exception cref="CommandException">Ctrl-C; the images that had begun are done.</exception>
    /// <exception cref="MediaException">A file cannot be written.</exception>
    public void Run(IReadOnlyList<string> paths, IReadOnlyList<ExplanationOutput> outputs, SkippedImages skipped)
    {
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        void All(Action stepped)
        {
            var work = new OrderedWork<ExplanationResult?>(paths.Count, (index, result) =>
            {
                stepped();
                if (result is null)
                    return;
                _done.Add((outputs[index], _json ? result with { Report = "" } : result));
                if (_json)
                    Console.Out.WriteLine(result.Report);
            }, stop.Token);
            ExplanationResult? Explain(ExplanationWriter writer, int index) =>
                skipped.Try(paths[index], () => writer.Write(paths[index], outputs[index]));
            work.Run([.. _writers.Select(writer => (Func<int, ExplanationResult?>)(index => Explain(writer, index)))]);
        }

        if (_json || Console.IsErrorRedirected)
        {
            All(() => { });
        }
        else
        {
            Terminal.Error.Progress().AutoClear(true).Start(progress =>
            {
                var task = progress.AddTask("explaining", maxValue: paths.Count);
                All(() => task.Increment(1));
            });
        }
        if (!_json && _done.Count > 0)
            Show();
        if (stop.IsCancellationRequested)
            throw new CommandException(ExitCode.Interrupted, $"Interrupted: {_done.Count} of {paths.Count} images are explained.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var explainer in _explainers)
            explainer.Dispose();
    }

    void Show()
    {
        var model = _network.Model;
        var table = new Table().RoundedBorder().AddColumns("overlay", "class", "probability");
        var mapped = _done.Any(image => image.Result.MappedClass >= 0);
        if (mapped)
            table.AddColumn("class map of");
        foreach (var (output, (_, top, index)) in _done)
        {
            List<string> cells =
                [output.Overlay, top is { } best ? model.LabelOf(best.Class) : "–", top is { } probable ? $"{probable.Probability:P1}" : "–"];
            if (mapped)
                cells.Add(index >= 0 ? model.LabelOf(index) : "–");
            table.AddRow([.. cells.Select(Terminal.Escape)]);
        }
        Terminal.Out.Write(table);
    }
}
