using FastCam.Edge.Sinks;
using FastCam.Edge.Web;
using FastCam.Video;
using FastCam.Video.Writers;

namespace FastCam.Edge.Streams;

/// <summary>The kinds of sinks that there are. A new one is a line here, and a file of its own.</summary>
static class SinkSchemes
{
    static readonly SinkScheme[] All =
    [
        WebSinkUri.Scheme,
        WindowSinkUri.Scheme,
        FileSinkUri.OfPaths,
        FileSinkUri.Scheme,
        ImagesSinkUri.Scheme,
        NullSinkUri.Scheme,
    ];

    /// <summary>What the URIs of all sinks look like, for help and errors.</summary>
    public static string Forms => $"{string.Join(", ", All[..^1].Select(scheme => scheme.Form))} or {All[^1].Form}";

    /// <summary>Reads a sink's URI.</summary>
    /// <exception cref="MediaException">It is no URI of a sink (<see cref="MediaFault.BadUri"/>).</exception>
    public static SinkUri Parse(string text)
    {
        var uri = MediaUri.Parse(text);
        var scheme = All.FirstOrDefault(scheme => scheme.Name == uri.Scheme) ?? throw uri.Bad($"{uri.Scheme}: is no kind of sink known here; give {Forms}");
        if (uri.Scheme == MediaUri.Path && !VideoFileWriter.CanWrite(uri.Target))
            throw uri.Bad($"a video file's name ends in {VideoFileWriter.Extensions}; give {Forms}");
        return scheme.Parse(uri);
    }
}
