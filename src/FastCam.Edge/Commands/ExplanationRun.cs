using FastCam.Edge.Pipeline;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Runtime;
using FastCam.Video;
using Spectre.Console;

namespace FastCam.Edge.Commands;

/// <summary>Explains many images, some at a time, and shows how that gets on and what came of it.</summary>
sealed class ExplanationRun(Network network, ExplanationOptions options, FitRule fit, PictureSettings picture, IReadOnlyList<string> paths, IReadOnlyList<ExplanationOutput> outputs, SkippedImages skipped, bool json)
{
    /// <summary>More threads than that would wait for the disk, and each holds the memory of a pass.</summary>
    const int MostWorkers = 16;

    readonly List<(ExplanationOutput Output, ExplanationResult Result)> _done = [];

    /// <summary>Images at a time: each core takes one, with one thread; a device takes one pass at a time, and meanwhile another image is read and written.</summary>
    public static int Workers(int images, bool onProcessor) => Math.Clamp(images, 1, onProcessor ? Math.Min(Environment.ProcessorCount, MostWorkers) : 2);

    /// <exception cref="CommandException">Ctrl-C; the images that had begun are done.</exception>
    /// <exception cref="MediaException">A file cannot be written.</exception>
    public void Run(int workers)
    {
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        if (json || Console.IsErrorRedirected) Run(workers, () => { }, stop.Token);
        else
        {
            Terminal.Error.Progress().AutoClear(true).Start(progress =>
            {
                var task = progress.AddTask("explaining", maxValue: paths.Count);
                Run(workers, () => task.Increment(1), stop.Token);
            });
        }
        if (!json && _done.Count > 0) Show();
        if (stop.IsCancellationRequested) throw new CommandException(ExitCode.Interrupted, $"Interrupted: {_done.Count} of {paths.Count} images are explained.");
    }

    void Run(int workers, Action stepped, CancellationToken stop)
    {
        var explainers = new List<Explainer>();
        try
        {
            var pieces = new List<Func<int, ExplanationResult?>>();
            for (var worker = 0; worker < workers; worker++)
            {
                var explainer = new Explainer(network, options);
                explainers.Add(explainer);
                var writer = new ExplanationWriter(network, options, explainer, fit, picture);
                pieces.Add(index => TryExplain(writer, index));
            }
            new OrderedWork<ExplanationResult?>(paths.Count, (index, result) =>
            {
                stepped();
                if (result is null) return;
                _done.Add((outputs[index], json ? result with { Report = "" } : result));
                if (json) Console.Out.WriteLine(result.Report);
            }, stop).Run(pieces);
        }
        finally
        {
            foreach (var explainer in explainers) explainer.Dispose();
        }
    }

    /// <summary>Null where the image cannot be read and is passed over.</summary>
    ExplanationResult? TryExplain(ExplanationWriter writer, int index)
    {
        try
        {
            return writer.Write(paths[index], outputs[index]);
        }
        catch (MediaException e) when (SkippedImages.IsOfImage(e))
        {
            skipped.Add(paths[index], e);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(MediaFault.OutputUnwritable, $"The explanation of {paths[index]} cannot be written: {e.Message}", e);
        }
    }

    void Show()
    {
        var table = new Table().RoundedBorder().AddColumns("overlay", "class", "probability");
        var mapped = _done.Any(image => image.Result.MappedClass >= 0);
        if (mapped) table.AddColumn("class map of");
        foreach (var (output, (_, top, index)) in _done)
        {
            string[] cells = [output.Overlay, top is { } best ? Label(best.Class) : "–", top is { } probable ? $"{probable.Probability:P1}" : "–", .. mapped ? [index >= 0 ? Label(index) : "–"] : (string[])[]];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }
        Terminal.Out.Write(table);
    }

    string Label(int index) => index < network.Model.Labels.Count ? network.Model.Labels[index] : $"class {index}";
}
