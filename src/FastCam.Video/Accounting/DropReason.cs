namespace FastCam.Video.Accounting;

/// <summary>Why a frame did not reach a sink. Each reason is counted at one place.</summary>
public enum DropReason
{
    /// <summary>No buffer was free when a live source delivered it: the machine was behind.</summary>
    PoolExhausted,

    /// <summary>The decoder announced it, and broke off before its pixels were all there; the source goes on.</summary>
    DecoderGap,

    /// <summary>It came so late from a live source that it would have shown the past.</summary>
    Late,

    /// <summary>The source announced it, and failed for good before its pixels were all there.</summary>
    SourceFailed,

    /// <summary>The network failed on it.</summary>
    NetworkFailed,

    /// <summary>The picture could not be drawn.</summary>
    OverlayFailed,

    /// <summary>The sink had not taken its predecessors yet.</summary>
    SinkBehind,

    /// <summary>The sink could not write it, or did not confirm that it had.</summary>
    SinkFailed,

    /// <summary>It was on its way when the stream was stopped.</summary>
    Shutdown,
}
