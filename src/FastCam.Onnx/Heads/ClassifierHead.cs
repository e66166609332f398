namespace FastCam.Onnx.Heads;

/// <summary>One score a class.</summary>
public sealed class ClassifierHead : OutputHead
{
    readonly bool _areProbabilities;

    /// <param name="output">The output with the scores.</param>
    /// <param name="areProbabilities">Whether a softmax ends the network.</param>
    internal ClassifierHead(HeadOutput output, bool areProbabilities)
    {
        Outputs = [output];
        _areProbabilities = areProbabilities;
    }

    /// <inheritdoc/>
    public override string Name => "classifier";

    /// <inheritdoc/>
    public override IReadOnlyList<HeadOutput> Outputs { get; }

    /// <inheritdoc/>
    public override int Classes => Outputs[0].Length;

    /// <inheritdoc/>
    internal override void Read(HeadTensors tensors, Predictions predictions) => predictions.SetClasses(tensors[0], _areProbabilities);
}

/// <summary>What a classifier's scores say.</summary>
public static class ClassScores
{
    /// <summary>The most probable classes, most probable first, ties in class order. Allocates nothing.</summary>
    /// <param name="scores">One score a class: logits, or probabilities.</param>
    /// <param name="areProbabilities">Whether a softmax was applied already.</param>
    /// <param name="top">Filled as far as there are classes.</param>
    /// <returns>How many were filled.</returns>
    public static int Top(ReadOnlySpan<float> scores, bool areProbabilities, Span<Prediction> top)
    {
        var count = 0;
        for (var index = 0; index < scores.Length; index++)
        {
            var score = float.IsNaN(scores[index]) ? float.NegativeInfinity : scores[index];
            var place = count;
            while (place > 0 && top[place - 1].Probability < score)
                place--;
            if (place == top.Length)
                continue;
            count = Math.Min(count + 1, top.Length);
            top[place..(count - 1)].CopyTo(top[(place + 1)..]);
            top[place] = new Prediction(index, score);
        }
        if (!areProbabilities)
            Softmax(scores, top[..count]);
        return count;
    }

    /// <summary>The probability of one class, 0..1; 0 where its score is NaN. Allocates nothing.</summary>
    /// <param name="scores">One score a class: logits, or probabilities.</param>
    /// <param name="areProbabilities">Whether a softmax was applied already.</param>
    /// <param name="class">The class.</param>
    public static float Probability(ReadOnlySpan<float> scores, bool areProbabilities, int @class)
    {
        if (float.IsNaN(scores[@class]))
            return 0;
        if (areProbabilities)
            return scores[@class];
        Span<Prediction> top = stackalloc Prediction[1];
        Top(scores, areProbabilities: true, top);
        var largest = top[0].Probability;
        return (float)(Math.Exp(scores[@class] - largest) / Sum(scores, largest));
    }

    static void Softmax(ReadOnlySpan<float> scores, Span<Prediction> top)
    {
        if (top.IsEmpty)
            return;
        var largest = top[0].Probability;
        var sum = Sum(scores, largest);
        for (var i = 0; i < top.Length; i++)
            top[i] = top[i] with { Probability = (float)(Math.Exp(top[i].Probability - largest) / sum) };
    }

    static double Sum(ReadOnlySpan<float> scores, float largest)
    {
        double sum = 0;
        foreach (var score in scores)
        {
            if (!float.IsNaN(score))
                sum += Math.Exp(score - largest);
        }
        return sum;
    }
}
