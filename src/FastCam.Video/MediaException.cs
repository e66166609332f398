namespace FastCam.Video;

/// <summary>What went wrong with a source, a sink or a tool that they need.</summary>
public enum MediaFault
{
    /// <summary>A URI says nothing that this library understands.</summary>
    BadUri,

    /// <summary>There is nothing at the place named.</summary>
    SourceNotFound,

    /// <summary>It is there, but it is no video or picture that can be opened.</summary>
    SourceUnreadable,

    /// <summary>It opened, and failed midway.</summary>
    SourceFailed,

    /// <summary>The output exists already, and overwriting was not asked for.</summary>
    OutputExists,

    /// <summary>The output cannot be created.</summary>
    OutputUnwritable,

    /// <summary>The output failed midway.</summary>
    SinkFailed,

    /// <summary>A program that is needed is not installed.</summary>
    ToolMissing,

    /// <summary>A native library that is needed is not installed.</summary>
    LibraryMissing,
}

/// <summary>What helps after a fault of a live source.</summary>
public enum Recovery
{
    /// <summary>It answered, and failed: try again, with growing pauses.</summary>
    BackOff,

    /// <summary>Nothing answers: look again soon, it costs little.</summary>
    Probe,

    /// <summary>The stream is in order and has changed its shape: open it anew at once.</summary>
    AtOnce,

    /// <summary>Somebody has to change something first, as a wrong password: trying again would only lock an account.</summary>
    None,
}

/// <summary>A fault that people can do something about, in one sentence: what is wrong, where, what to do.</summary>
public sealed class MediaException(MediaFault fault, string sentence, Exception? inner = null) : Exception(sentence, inner)
{
    /// <summary>The kind of fault.</summary>
    public MediaFault Fault { get; } = fault;

    /// <summary>Whether the fault is that of one image, so that others can be read in spite of it.</summary>
    public bool IsOfImage => Fault is MediaFault.SourceNotFound or MediaFault.SourceUnreadable or MediaFault.SourceFailed or MediaFault.ToolMissing;

    /// <summary>What helps, when the source is a live one.</summary>
    public Recovery Recovery { get; init; }
}
