using System.Globalization;
using FastCam.Tests.Video;
using FastCam.Video.Frames;

namespace FastCam.Tests.Faults;

/// <summary>
/// Compares the backends of capture, by <c>make long backends</c>: what each costs on a camera, on RTSP and on a file. Whether they give the same frames
/// is a test (<see cref="OpenCv.BackendAgreementTests"/>).
/// </summary>
public sealed class BackendMeasurements : IDisposable
{
    const int Runs = 5, LiveFrames = 300, FileFrames = 900;

    static readonly string Report = Repository.File("artifacts", "tests", "backends.txt");

    readonly TemporaryFolder _folder = new();

    public BackendMeasurements() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("FASTCAM_MEASURE_BACKENDS") == "1", "measures rather than tests: make long backends");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_backend_on_every_source_that_it_captures()
    {
        Faults.RequireCamera();
        Faults.RequireRtspServer();
        Faults.RequireGStreamer();
        Faults.RequireOpenCv();
        var clip = NumberedClip.Create(_folder, "mp4", new FrameFormat(640, 360), FileFrames);
        using var camera = new TestCamera();
        using var server = new RtspServer();
        Write("| source | backend | glass to frame, p50 | p99 | processor time a frame | opened to first frame |\n|---|---|---|---|---|---|");
        foreach (var backend in (string[])["ffmpeg", "gstreamer", "opencv"])
            Measure("camera, 640x480, YUYV", backend, $"{camera.Source}?size=640x480&rate=30", LiveFrames, isClock: true, camera.Environment);
        foreach (var backend in (string[])["ffmpeg", "gstreamer"])
            Measure("RTSP, 640x360, H.264", backend, server.Url("clock"), LiveFrames, isClock: true);
        foreach (var backend in (string[])["ffmpeg", "opencv"])
            Measure("file, 640x360, H.264", backend, clip, FileFrames, isClock: false);
    }

    static void Measure(string kind, string backend, string source, int frames, bool isClock, params (string, string)[] environment)
    {
        var (ages, starts, used) = (new Ages(), new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            var seen = WatchedSource.See(backend, source, frames, environment);
            Assert.Equal(frames, seen.Frames.Count);
            Assert.All(seen.Frames, frame => Assert.True(frame.Number >= 0, $"{kind} by {backend}: frame {frame.Sequence} cannot be read"));
            starts.Add(seen.Frames[0].Came - seen.Began);
            used.Add(seen.Used.TotalMilliseconds / seen.Counted);
            foreach (var frame in seen.Frames.Skip(WatchedSource.Warm))
                ages.Add(frame.Came, frame.Number);
        }
        var age = isClock ? string.Create(CultureInfo.InvariantCulture, $"{ages.Share(0.5):F1} ms | {ages.Share(0.99):F1} ms") : "– | –";
        Write(string.Create(CultureInfo.InvariantCulture, $"| {kind} | {backend} | {age} | {Median(used):F1} ms | {Median(starts):F0} ms |"));
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    static void Write(string line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Report)!);
        File.AppendAllText(Report, line + Environment.NewLine);
    }
}
