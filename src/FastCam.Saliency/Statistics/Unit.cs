namespace FastCam.Saliency.Statistics;

/// <summary>What a result that is counted in steps stands for: result · scale + offset.</summary>
readonly record struct Unit(float Scale, float Offset)
{
    /// <summary>Results that are what they are.</summary>
    public static readonly Unit One = new(1, 0);
}
