namespace FastCam.Video;

/// <summary>What went wrong with a source, a sink or a tool that they need.</summary>
public enum MediaFault
{
    /// <summary>A URI, or a setting, says nothing that this library understands.</summary>
    BadUri,

    /// <summary>There is nothing at the place named.</summary>
    SourceNotFound,

    /// <summary>The source is there, but it is no video or image that can be opened.</summary>
    SourceUnreadable,

    /// <summary>The source opened, and failed midway.</summary>
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
enum Recovery
{
    /// <summary>It answered and failed: it is to be tried again, with growing pauses.</summary>
    BackOff,

    /// <summary>Nothing answers: it is to be looked for again soon, since that costs little.</summary>
    Probe,

    /// <summary>The stream is in order and has changed its shape: it is to be opened anew at once.</summary>
    AtOnce,

    /// <summary>Somebody has to change something first, such as a wrong password: trying again would only lock an account.</summary>
    None,
}

/// <summary>A fault that a user can do something about, in one sentence: what is wrong, where, what to do.</summary>
/// <param name="fault">The kind of fault.</param>
/// <param name="sentence">The sentence, which becomes <see cref="Exception.Message"/>.</param>
/// <param name="inner">The error behind it; null: none.</param>
public sealed class MediaException(MediaFault fault, string sentence, Exception? inner = null) : Exception(sentence, inner)
{
    /// <summary>The kind of fault.</summary>
    public MediaFault Fault { get; } = fault;

    /// <summary>The setting that mends it, for a caller that can say how it is given; null where no single one does.</summary>
    public string? Setting { get; init; }

    /// <summary>Makes the error of an output that exists already and may not be overwritten.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What the user may choose another of: a file, a folder, a name.</param>
    /// <param name="inner">The error behind it.</param>
    public static MediaException Exists(string path, string what, Exception? inner = null) =>
        new(MediaFault.OutputExists, $"{path} exists already: choose another {what}.", inner) { Setting = "force" };

    /// <summary>Whether the fault is that of one image, so that others can be read in spite of it.</summary>
    public bool IsOfImage => Fault is MediaFault.SourceNotFound or MediaFault.SourceUnreadable or MediaFault.SourceFailed or MediaFault.ToolMissing;

    /// <summary>What helps, when the source is a live one.</summary>
    internal Recovery Recovery { get; init; }
}
