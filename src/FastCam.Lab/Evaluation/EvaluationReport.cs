using System.Text.Json.Serialization;
using FastCam.Saliency.Masks;
using FastCam.Video;

namespace FastCam.Lab.Evaluation;

/// <summary>The results of an evaluation, for machines.</summary>
sealed record EvaluationReport(
    string Model, string Provider, string Folder, string Fit, string Fill, int Photos, int Right, IReadOnlyList<double> Fractions,
    IReadOnlyList<MapScore> Maps, double Seconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EvaluationReport))]
sealed partial class EvaluationJson : JsonSerializerContext;

/// <summary>The scores of one kind of map: how well it says what the network looks at. Each list has one value a fraction.</summary>
/// <param name="Map">The name of the kind.</param>
/// <param name="Insertion">The true class's mean probability with that part of the pixels kept, the most salient first.</param>
/// <param name="Deletion">The same with that part removed.</param>
/// <param name="Kept">The accuracy with that part kept.</param>
/// <param name="Removed">The accuracy with that part removed.</param>
/// <param name="Probability">The mean of <paramref name="Insertion"/> less the mean of <paramref name="Deletion"/>.</param>
/// <param name="Accuracy">The mean of <paramref name="Kept"/> less the mean of <paramref name="Removed"/>.</param>
/// <param name="Difference">Equation 8 over the fractions; null without a random map to compare with.</param>
/// <param name="Information">
/// Equation 9 over the fractions; null where there is no random map to compare with, and where it is infinite.
/// </param>
sealed record MapScore(
    string Map, IReadOnlyList<double> Insertion, IReadOnlyList<double> Deletion, IReadOnlyList<double> Kept, IReadOnlyList<double> Removed,
    double Probability, double Accuracy, double? Difference, double? Information)
{
    /// <summary>Computes the scores of every kind, in the plan's order.</summary>
    /// <param name="kinds">The kinds that were judged.</param>
    /// <param name="right">The photos that the network recognises whole, at least one.</param>
    public static IReadOnlyList<MapScore> FromResults(IReadOnlyList<MapKind> kinds, IReadOnlyList<PhotoResult> right)
    {
        var scores = kinds.Select((kind, index) => FromResults(kind.Name, [.. right.Select(photo => photo.Masked[index])])).ToList();
        return scores.Find(score => score.Map == MapKind.Random) is { } random ? [.. scores.Select(score => score.Against(random))] : scores;
    }

    static MapScore FromResults(string name, MaskedAnswer[][] photos)
    {
        var count = EvaluationPlan.Fractions.Count;
        double[] Mean(int from, Func<MaskedAnswer, double> value) =>
            [.. Enumerable.Range(from, count).Select(place => photos.Average(answers => value(answers[place])))];
        double Probable(MaskedAnswer answer) => answer.Probability;
        double Right(MaskedAnswer answer) => answer.IsRight ? 1 : 0;
        var (insertion, deletion, kept, removed) = (Mean(0, Probable), Mean(count, Probable), Mean(0, Right), Mean(count, Right));
        return new MapScore(
            name, insertion, deletion, kept, removed, insertion.Average() - deletion.Average(), kept.Average() - removed.Average(), null, null);
    }

    MapScore Against(MapScore random)
    {
        double[] removed = [.. Removed], kept = [.. Kept], randomRemoved = [.. random.Removed], randomKept = [.. random.Kept];
        var information = Scores.Information(removed, randomRemoved, kept, randomKept);
        return this with
        {
            Difference = Scores.Difference(removed, randomRemoved, kept, randomKept),
            Information = double.IsFinite(information) ? information : null,
        };
    }
}

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

    /// <summary>Checks, before any work, that the files can be written; returns null where none are wanted.</summary>
    /// <exception cref="MediaException">A file exists and may not be overwritten, or the folder cannot be made.</exception>
    public static EvaluationOutput? Plan(string? folder, bool force)
    {
        if (folder is null)
            return null;
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
