using FastCam.Video;

namespace FastCam.Lab.Evaluation;

/// <summary>The files that an evaluation goes to.</summary>
sealed class EvaluationOutput
{
    EvaluationOutput(string folder)
    {
        Report = Path.Combine(folder, "evaluation.json");
        Plot = Path.Combine(folder, "evaluation.png");
    }

    public string Report { get; }

    public string Plot { get; }

    /// <summary>Sees, before any work, that the files can be written; null where none are wanted.</summary>
    /// <exception cref="MediaException">A file exists and may not be overwritten, or the folder cannot be made.</exception>
    public static EvaluationOutput? Plan(string? folder, bool force)
    {
        if (folder is null) return null;
        var output = new EvaluationOutput(folder);
        if (!force && new[] { output.Report, output.Plot }.FirstOrDefault(File.Exists) is { } there)
            throw MediaException.Exists(there, "folder");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(MediaFault.OutputUnwritable, $"The folder {folder} cannot be written to ({e.Message.TrimEnd('.')}); choose another.", e);
        }
        return output;
    }

    /// <exception cref="MediaException">A file cannot be written.</exception>
    public void Write(EvaluationReport report, string text)
    {
        try
        {
            File.WriteAllText(Report, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            OutputFile.Delete(Report);
            throw new MediaException(MediaFault.OutputUnwritable, $"{Report} cannot be written: {e.Message}", e);
        }
        using var figure = EvaluationPlot.Draw(report);
        figure.SavePng(Plot);
    }
}
