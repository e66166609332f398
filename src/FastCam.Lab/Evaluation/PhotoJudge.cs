using FastCam.Onnx.ClassMaps;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Runtime;
using FastCam.Saliency.Masks;
using FastCam.Video.Stills;

namespace FastCam.Lab.Evaluation;

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

    public PhotoJudge(Network network, BatchClassifier classifier, IClassGradients? gradients, EvaluationPlan plan)
    {
        _plan = plan;
        _classifier = classifier;
        _slot = classifier.CreateSlot();
        _input = network.Model.Input;
        _planes = new float[_input.Length];
        _maps = new ImageMaps(network, plan.Options, gradients);
        _fill = MaskFill.Create(plan.Fill, _input.Size);
        _map = new float[_input.Size.Pixels];
        _stays = new bool[_map.Length];
        _masked = new float[3 * _map.Length];
    }

    /// <param name="photo">The photo.</param>
    /// <param name="seed">What its random map depends on.</param>
    public PhotoResult Judge(LabelledPhoto photo, int seed)
    {
        Read(photo.Path);
        _maps.Look(_planes);
        var predicted = Top(_maps.Scores);
        if (predicted != photo.Class) return new PhotoResult(photo, predicted, []);
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

    /// <summary>The photo as the network's input. It stays open until its pixels are no longer needed, so that large ones take turns.</summary>
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
        if (_waiting.Count == _slot.Count) Answer(@class);
    }

    void Answer(int @class)
    {
        if (_waiting.Count == 0) return;
        _classifier.Run(_slot);
        foreach (var (index, (answers, place)) in _waiting.Index())
        {
            var scores = _slot.Scores(index);
            answers[place] = new MaskedAnswer(Predictions.Probability(scores, _classifier.Network.Model.HasProbabilities, @class), Top(scores) == @class);
        }
        _waiting.Clear();
    }

    static int Top(ReadOnlySpan<float> scores)
    {
        Span<Prediction> top = stackalloc Prediction[1];
        Predictions.Top(scores, areProbabilities: true, top);
        return top[0].Class;
    }
}
