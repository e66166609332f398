using System.Collections.Concurrent;

namespace FastCam.Tests.Faults;

/// <summary>Every case from the field by every backend, in the table of docs/rtsp.md.</summary>
public sealed class FieldTests
{
    static readonly string[] Backends = ["ffmpeg", "gstreamer", "opencv"];

    [Fact]
    public void Servers_as_they_really_are_do_what_the_documents_say()
    {
        Faults.RequireRtspServer();
        Faults.RequireGStreamer();
        Faults.RequireOpenCv();
        var (cells, failures) = (new ConcurrentDictionary<(string, string), string>(), new ConcurrentQueue<string>());
        var tries = FieldCases.All.SelectMany(field => Backends.Select(backend => (field, backend)));
        Parallel.ForEach(tries, new ParallelOptions { MaxDegreeOfParallelism = 2 * Environment.ProcessorCount }, each =>
        {
            try
            {
                cells[(each.field.Name, each.backend)] = each.field.Try(each.backend);
            }
            catch (Exception error)
            {
                failures.Enqueue($"{each.field.Name}, {each.backend}: {error.Message}");
            }
        });

        Assert.True(failures.IsEmpty, string.Join('\n', failures));
        var rows = FieldCases.All.Select(field =>
            $"| {field.Name}{string.Concat(field.Reports.Select(Link))} | {string.Join(" | ", Backends.Select(backend => cells[(field.Name, backend)]))} |");
        var table = string.Join('\n', ["| what it does | FFmpeg | GStreamer | OpenCV |", "|---|---|---|---|", .. rows]);
        Assert.True(File.ReadAllText(Repository.File("docs", "rtsp.md")).Contains(table), $"docs/rtsp.md does not hold this table:\n{table}");
    }

    static string Link(string report) => $" ([report](https://github.com/{report.Replace("#", "/issues/")}))";
}
