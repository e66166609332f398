using System.Collections.Concurrent;

namespace FastCam.Tests.Faults;

/// <summary>Every case from the field by every backend, in the table of docs/rtsp.md.</summary>
public sealed class FieldTests
{
    static readonly string[] Backends = ["ffmpeg", "gstreamer", "opencv"];

    [Fact]
    public async Task Servers_as_they_really_are_do_what_the_documents_say()
    {
        Faults.RequireRtspServer();
        Faults.RequireGStreamer();
        Faults.RequireOpenCv();
        var (cells, failures) = (new ConcurrentDictionary<(string, string), string>(), new ConcurrentQueue<string>());
        var tries = new ConcurrentQueue<(FieldCase Field, string Backend)>(FieldCases.All.SelectMany(field => Backends.Select(backend => (field, backend))));
        // On threads of their own: what waits here would keep the pool's from the sockets.
        var plays = Enumerable.Repeat(() =>
        {
            while (tries.TryDequeue(out var each))
            {
                try
                {
                    cells[(each.Field.Name, each.Backend)] = each.Field.Try(each.Backend);
                }
                catch (Exception error)
                {
                    failures.Enqueue($"{each.Field.Name}, {each.Backend}: {error.Message}");
                }
            }
        }, Environment.ProcessorCount);
        await Faults.AtOnce([.. plays]);

        Assert.True(failures.IsEmpty, string.Join('\n', failures));
        var rows = FieldCases.All.Select(field =>
            $"| {field.Name}{string.Concat(field.Reports.Select(Link))} | {string.Join(" | ", Backends.Select(backend => cells[(field.Name, backend)]))} |");
        var table = string.Join('\n', ["| what it does | FFmpeg | GStreamer | OpenCV |", "|---|---|---|---|", .. rows]);
        Assert.True(File.ReadAllText(Repository.File("docs", "rtsp.md")).Contains(table), $"docs/rtsp.md does not hold this table:\n{table}");
    }

    static string Link(string report) => $" ([report](https://github.com/{report.Replace("#", "/issues/")}))";
}
