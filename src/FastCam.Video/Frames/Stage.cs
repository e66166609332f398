namespace FastCam.Video.Frames;

/// <summary>Where on its walk a frame is. It names the culprit when a lease is not given back.</summary>
public enum Stage
{
    /// <summary>Being read from the source, or waiting for the network.</summary>
    Capture,

    /// <summary>In the network.</summary>
    Network,

    /// <summary>Having its map drawn.</summary>
    Overlay,

    /// <summary>With the sinks.</summary>
    Sink,
}
