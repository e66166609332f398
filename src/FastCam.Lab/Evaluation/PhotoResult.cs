namespace FastCam.Lab.Evaluation;

/// <summary>What the network makes of one photo, whole and masked.</summary>
/// <param name="Photo">The photo.</param>
/// <param name="Predicted">The class that the network sees in the whole photo.</param>
/// <param name="Masked">For each kind of map: one answer a fraction with that part kept, then one a fraction with it removed; empty where the whole photo was not recognised.</param>
sealed record PhotoResult(LabelledPhoto Photo, int Predicted, IReadOnlyList<MaskedAnswer[]> Masked)
{
    public bool IsRight => Predicted == Photo.Class;
}

/// <summary>The answer to one masked photo.</summary>
/// <param name="Probability">The true class's probability.</param>
/// <param name="IsRight">Whether the true class still comes first.</param>
readonly record struct MaskedAnswer(float Probability, bool IsRight);
