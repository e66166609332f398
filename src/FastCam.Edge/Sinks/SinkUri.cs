using FastCam.Onnx.ClassMaps;
using FastCam.Saliency.Resampling;
using FastCam.Video;
using FastCam.Video.Accounting;

namespace FastCam.Edge.Sinks;

/// <summary>What a sink's URI says: its scheme's record, with its options as members.</summary>
abstract record SinkUri
{
    /// <summary>The sink's display name, in the ledger too, without credentials.</summary>
    public abstract string Name { get; }

    /// <summary>Whether people watch it: then, unless asked otherwise, frames do not wait for the network, and the source keeps its own pace.</summary>
    public virtual bool IsWatched => false;

    /// <summary>Opens the sink.</summary>
    /// <exception cref="MediaException">It cannot be written, or what is needed for it is not installed.</exception>
    public abstract Sink Open(SinkOpening opening);
}

/// <summary>A kind of sink, by the scheme of its URIs.</summary>
/// <param name="Name">The scheme, in lower case; <see cref="MediaUri.Path"/> for what has none.</param>
/// <param name="Form">What such a URI looks like, for help and errors, as <c>images:FOLDER</c>.</param>
/// <param name="Parse">Reads a URI of the scheme. It refuses the options that it does not know, by <see cref="MediaUri.AllowOptions"/>.</param>
sealed record SinkScheme(string Name, string Form, Func<MediaUri, SinkUri> Parse);

/// <summary>What a sink may need to know of its stream when it is opened.</summary>
/// <param name="Account">The sink's account in the ledger of its stream.</param>
/// <param name="Force">Whether files that exist are overwritten.</param>
/// <param name="Labels">The names of the network's classes; empty where it has none.</param>
/// <param name="Maps">The sizes of the maps: the layers, finest first, then the class map's where there is one.</param>
/// <param name="Stream">The stream itself, for a sink that draws by itself or can end it.</param>
sealed record SinkOpening(LedgerAccount Account, bool Force, IReadOnlyList<string> Labels, IReadOnlyList<MapSize> Maps, WatchedStream Stream)
{
    /// <summary>A class's name; <c>class 7</c> where it has none.</summary>
    public string LabelOf(int index) => ClassLabels.NameOf(Labels, index);
}
