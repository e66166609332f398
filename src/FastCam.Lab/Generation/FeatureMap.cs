namespace FastCam.Lab.Generation;

/// <summary>A tensor of the network under construction: its name in the file, its sizes whatever the layout, and what it is expected to hold.</summary>
sealed record FeatureMap(string Name, string Operator, int Channels, int Height, int Width, Moments Moments)
{
    /// <summary>A fully connected layer's output: N×C, no picture.</summary>
    public bool IsFlat { get; init; }
}
