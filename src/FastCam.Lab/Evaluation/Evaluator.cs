using FastCam.Onnx.Explanation;
using FastCam.Onnx.Heads;
using FastCam.Onnx.Input;
using FastCam.Onnx.Networks;
using FastCam.Saliency.Masks;
using FastCam.Video;
using FastCam.Video.Stills;

namespace FastCam.Lab.Evaluation;

/// <summary>Judges the maps of many photos, some at a time.</summary>
static class Evaluator
{
    /// <summary>Judges every photo, each once.</summary>
    /// <param name="network">The network, on a single thread where several photos are judged at a time.</param>
    /// <param name="plan">What is judged, and how.</param>
    /// <param name="photos">The photos.</param>
    /// <param name="skipped">Called with a photo that cannot be read, from any thread; what it throws ends the work.</param>
    /// <param name="judged">Called after each photo, from any thread.</param>
    /// <returns>The results of the photos that could be read, in their order.</returns>
    public static IReadOnlyList<PhotoResult> Run(
        ExplainedNetwork network, EvaluationPlan plan, IReadOnlyList<LabelledPhoto> photos,
        Action<LabelledPhoto, MediaException> skipped, Action judged)
    {
        using var classifier = new BatchClassifier(network.Network, plan.Batch, plan.Workers > 1 ? 1 : 0);
        var results = new PhotoResult?[photos.Count];
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = plan.Workers };
            Parallel.For(0, photos.Count, options, () => new PhotoJudge(network, classifier, plan), Judge, judge => judge.Dispose());
        }
        catch (AggregateException e)
        {
            throw e.InnerExceptions[0];
        }
        return [.. results.OfType<PhotoResult>()];

        PhotoJudge Judge(int index, ParallelLoopState state, PhotoJudge judge)
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
        }
    }
}

/// <summary>Judges the maps of one photo after another, on one thread.</summary>
sealed class PhotoJudge : IDisposable
{
    readonly EvaluationPlan _plan;
    readonly BatchClassifier _classifier;
    readonly BatchSlot _slot;
    readonly InputSpec _input;
    readonly float[] _planes;
    readonly ImageMaps _maps;
    readonly MaskFill _fill;
    readonly float[] _map;
    readonly bool[] _stays;
    readonly float[] _masked;
    readonly List<(MaskedAnswer[] Answers, int Place)> _waiting = [];

    public PhotoJudge(ExplainedNetwork network, BatchClassifier classifier, EvaluationPlan plan)
    {
        _plan = plan;
        _classifier = classifier;
        _slot = classifier.CreateSlot();
        _input = network.Model.Input;
        _planes = new float[_input.Length];
        _maps = new ImageMaps(network);
        _fill = MaskFill.Create(plan.Fill, _input.Size);
        _map = new float[_input.Size.Pixels];
        _stays = new bool[_map.Length];
        _masked = new float[3 * _map.Length];
    }

    /// <param name="photo">The photo.</param>
    /// <param name="seed">The seed of its random map.</param>
    public PhotoResult Judge(LabelledPhoto photo, int seed)
    {
        Read(photo.Path);
        _maps.Look(_planes);
        var predicted = Top(_maps.Scores);
        if (predicted != photo.Class)
            return new PhotoResult(photo, predicted, []);
        _fill.Begin(_planes);
        var masked = new List<MaskedAnswer[]>();
        foreach (var kind in _plan.Kinds)
        {
            _maps.Draw(kind, photo.Class, seed, _map);
            masked.Add(new MaskedAnswer[2 * EvaluationPlan.Fractions.Count]);
            for (var i = 0; i < EvaluationPlan.Fractions.Count; i++)
            {
                SaliencyMask.Keep(_map, EvaluationPlan.Fractions[i], _stays);
                Ask(photo.Class, masked[^1], i);
                SaliencyMask.Remove(_map, EvaluationPlan.Fractions[i], _stays);
                Ask(photo.Class, masked[^1], EvaluationPlan.Fractions.Count + i);
            }
        }
        Answer(photo.Class);
        return new PhotoResult(photo, predicted, masked);
    }

    /// <summary>Reads the photo as the network's input. The file stays open until its pixels are no longer needed, so that large photos take turns.</summary>
    void Read(string path)
    {
        using var pipeline = StillPipeline.Open(path, takesTurns: true);
        var image = StillImage.Decode(pipeline);
        new StillToTensor(_input, image.Width, image.Height, _plan.Fit).Resample(image.Pixels, _planes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _slot.Dispose();
        _maps.Dispose();
    }

    /// <summary>Puts a masked photo into the batch, and runs it once it is full.</summary>
    void Ask(int @class, MaskedAnswer[] answers, int place)
    {
        _fill.Apply(_planes, _stays, _masked);
        StillToTensor.Normalise(_input, _masked, _slot.Input(_waiting.Count));
        _waiting.Add((answers, place));
        if (_waiting.Count == _slot.Count)
            Answer(@class);
    }

    void Answer(int @class)
    {
        if (_waiting.Count == 0)
            return;
        _classifier.Run(_slot);
        foreach (var (index, (answers, place)) in _waiting.Index())
        {
            var scores = _slot.Scores(index);
            var probability = ClassScores.Probability(scores, _classifier.Network.Model.HasProbabilities, @class);
            answers[place] = new MaskedAnswer(probability, Top(scores) == @class);
        }
        _waiting.Clear();
    }

    static int Top(ReadOnlySpan<float> scores)
    {
        Span<Prediction> top = stackalloc Prediction[1];
        ClassScores.Top(scores, areProbabilities: true, top);
        return top[0].Class;
    }
}

/// <summary>The plan of an evaluation: what is judged, and how.</summary>
/// <param name="Kinds">The kinds of map that are judged.</param>
/// <param name="Fill">What masked pixels become.</param>
/// <param name="Fit">How a photo becomes the network's input.</param>
/// <param name="Batch">The inputs of one pass, where the network allows several.</param>
/// <param name="Workers">The number of photos at a time.</param>
sealed record EvaluationPlan(
    IReadOnlyList<MapKind> Kinds, FillKind Fill, FitRule Fit, int Batch, int Workers)
{
    /// <summary>The fractions of the pixels that are kept, and that are removed.</summary>
    public static readonly IReadOnlyList<double> Fractions = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9];
}

/// <summary>The network's answers to one photo, whole and masked.</summary>
/// <param name="Photo">The photo.</param>
/// <param name="Predicted">The class that the network sees in the whole photo.</param>
/// <param name="Masked">
/// For each kind of map, one answer a fraction with that part kept, then one a fraction with it removed; empty where the whole photo was not
/// recognised.
/// </param>
sealed record PhotoResult(LabelledPhoto Photo, int Predicted, IReadOnlyList<MaskedAnswer[]> Masked)
{
    public bool IsRight => Predicted == Photo.Class;
}

/// <summary>The answer to one masked photo.</summary>
/// <param name="Probability">The true class's probability.</param>
/// <param name="IsRight">Whether the true class still comes first.</param>
readonly record struct MaskedAnswer(float Probability, bool IsRight);
