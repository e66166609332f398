namespace FastCam.Edge.Pipeline;

/// <summary>How fast a source that could go faster is taken.</summary>
enum Pace
{
    /// <summary>As its timestamps say.</summary>
    Realtime,
    /// <summary>As fast as the machine can.</summary>
    Max,
}
