using FastCam.Onnx.ClassMaps;
using FastCam.Onnx.Runtime;
using FastCam.Video;

namespace FastCam.Lab.Evaluation;

/// <summary>Judges the maps of many photos, some at a time.</summary>
static class Evaluator
{
    /// <summary>Judges every photo; each counts once.</summary>
    /// <param name="network">The network, on a single thread where several photos are judged at a time.</param>
    /// <param name="gradients">What class maps are computed from; null where the plan has none.</param>
    /// <param name="plan">What is judged, and how.</param>
    /// <param name="photos">The photos.</param>
    /// <param name="skipped">Told of a photo that cannot be read, from any thread; what it throws ends the work.</param>
    /// <param name="judged">Called after each, from any thread.</param>
    /// <returns>The results of the photos that could be read, in their order.</returns>
    public static IReadOnlyList<PhotoResult> Run(
        Network network, IClassGradients? gradients, EvaluationPlan plan, IReadOnlyList<LabelledPhoto> photos, Action<LabelledPhoto, MediaException> skipped, Action judged)
    {
        using var classifier = new BatchClassifier(network, plan.Batch, plan.Workers > 1 ? 1 : 0);
        var results = new PhotoResult?[photos.Count];
        try
        {
            Parallel.For(0, photos.Count, new ParallelOptions { MaxDegreeOfParallelism = plan.Workers }, () => new PhotoJudge(network, classifier, gradients, plan), (index, _, judge) =>
            {
                try
                {
                    results[index] = judge.Judge(photos[index], seed: index);
                }
                catch (MediaException e)
                {
                    skipped(photos[index], e);
                }
                judged();
                return judge;
            }, judge => judge.Dispose());
        }
        catch (AggregateException e)
        {
            throw e.InnerExceptions[0];
        }
        return [.. results.OfType<PhotoResult>()];
    }
}
