using FastCam.Saliency.Masks;

namespace FastCam.Lab.Evaluation;

/// <summary>How well one kind of map says what the network looks at. Each list has one value a fraction.</summary>
/// <param name="Map">The kind's name.</param>
/// <param name="Insertion">The true class's mean probability with that part of the pixels kept, the most salient first.</param>
/// <param name="Deletion">The same with that part removed.</param>
/// <param name="Kept">The accuracy with that part kept.</param>
/// <param name="Removed">The accuracy with that part removed.</param>
/// <param name="Probability">The mean of <paramref name="Insertion"/> less the mean of <paramref name="Deletion"/>.</param>
/// <param name="Accuracy">The mean of <paramref name="Kept"/> less the mean of <paramref name="Removed"/>.</param>
/// <param name="Difference">Equation 8 over the fractions; null without a random map to compare with.</param>
/// <param name="Information">Equation 9 over the fractions; null without a random map to compare with, or where it is infinite.</param>
sealed record MapScore(
    string Map, IReadOnlyList<double> Insertion, IReadOnlyList<double> Deletion, IReadOnlyList<double> Kept, IReadOnlyList<double> Removed,
    double Probability, double Accuracy, double? Difference, double? Information)
{
    /// <summary>The scores of every kind, in the plan's order.</summary>
    /// <param name="kinds">The kinds judged.</param>
    /// <param name="right">The photos that the network recognises whole, at least one.</param>
    public static IReadOnlyList<MapScore> FromResults(IReadOnlyList<MapKind> kinds, IReadOnlyList<PhotoResult> right)
    {
        var scores = kinds.Select((kind, index) => FromResults(kind.Name, [.. right.Select(photo => photo.Masked[index])])).ToList();
        return scores.Find(score => score.Map == MapKind.Random) is { } random ? [.. scores.Select(score => score.Against(random))] : scores;
    }

    static MapScore FromResults(string name, MaskedAnswer[][] photos)
    {
        var count = EvaluationPlan.Fractions.Count;
        double[] Mean(int from, Func<MaskedAnswer, double> value) => [.. Enumerable.Range(from, count).Select(place => photos.Average(answers => value(answers[place])))];
        double Probable(MaskedAnswer answer) => answer.Probability;
        double Right(MaskedAnswer answer) => answer.IsRight ? 1 : 0;
        var (insertion, deletion, kept, removed) = (Mean(0, Probable), Mean(count, Probable), Mean(0, Right), Mean(count, Right));
        return new MapScore(name, insertion, deletion, kept, removed, insertion.Average() - deletion.Average(), kept.Average() - removed.Average(), null, null);
    }

    MapScore Against(MapScore random)
    {
        double[] removed = [.. Removed], kept = [.. Kept], randomRemoved = [.. random.Removed], randomKept = [.. random.Kept];
        var information = Scores.Information(removed, randomRemoved, kept, randomKept);
        return this with { Difference = Scores.Difference(removed, randomRemoved, kept, randomKept), Information = double.IsFinite(information) ? information : null };
    }
}
