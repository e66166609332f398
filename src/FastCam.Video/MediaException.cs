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

/// <summary>A fault that people can do something about, in one sentence: what is wrong, where, what to do.</summary>
public sealed class MediaException(MediaFault fault, string sentence, Exception? inner = null) : Exception(sentence, inner)
{
    /// <summary>The kind of fault.</summary>
    public MediaFault Fault { get; } = fault;
}
