using System.Diagnostics;
using System.Globalization;
using FastCam.Video;
using FastCam.Video.Stills;

namespace FastCam.Fuzz;

/// <summary>
/// Opens images one after another as the program does, and ends the process with a sentence where one takes too long or too
/// much memory, or fails otherwise than it should.
/// </summary>
sealed class OpeningBench : IDisposable
{
    /// <summary>
    /// The most bytes that the process may hold at any time: what one image may take (<see cref="StillPipeline.MostBytesHeld"/>), and what
    /// .NET and libvips take.
    /// </summary>
    const long MostBytes = StillPipeline.MostBytesHeld + 200_000_000;

    const int Failed = 2, Hung = 3, Greedy = 4;

    /// <summary>The most processor time for one image. The slowest that are read take two seconds of it, however busy the machine is.</summary>
    static readonly TimeSpan MostWork = TimeSpan.FromSeconds(30);

    /// <summary>The most time for one image, in which a child or a lock may be waited for.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastcam-fuzz-");
    readonly Stopwatch _clock = Stopwatch.StartNew();
    int _opened;
    int _refused;
    double _slowest;
    volatile string? _current;
    long _begun;
    long _workBefore;

    public OpeningBench() => new Thread(Watch) { IsBackground = true }.Start();

    /// <summary>Opens an image; a refusal by the sentence that it should have is as good as success.</summary>
    /// <param name="name">The image's name in a failure, by which it can be made again.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="ending">The ending of the file's name.</param>
    /// <param name="byRows">Whether it is read by rows, as tiles are, rather than as a whole.</param>
    public void Open(string name, byte[] bytes, string ending, bool byRows)
    {
        var path = Path.Combine(_folder.FullName, "image" + ending);
        File.WriteAllBytes(path, bytes);
        // This is the last line that the process writes, should it die.
        Console.Error.WriteLine(name);
        Interlocked.Exchange(ref _begun, _clock.ElapsedMilliseconds);
        Interlocked.Exchange(ref _workBefore, Environment.CpuUsage.TotalTime.Ticks);
        _current = name;
        var start = Stopwatch.GetTimestamp();
        try
        {
            if (byRows)
                ReadRows(path);
            else
                StillImage.Load(path);
            _opened++;
        }
        catch (MediaException error) when (IsSentence(error, path))
        {
            _refused++;
        }
        catch (Exception error)
        {
            End(Failed, $"{name}: {error}");
        }
        finally
        {
            _current = null;
        }

        _slowest = Math.Max(_slowest, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        if (Directory.GetFileSystemEntries(_folder.FullName).Length != 1)
            End(Failed, $"{name}: something was left behind");
        File.Delete(path);
    }

    public OpeningReport Report() => new(_opened, _refused, Status("VmHWM:") / 1_000_000, _slowest, _clock.Elapsed.TotalSeconds);

    public void Dispose() => _folder.Delete(recursive: true);

    static void ReadRows(string path)
    {
        const int MostBandBytes = 1 << 24;
        using var pipeline = StillPipeline.Open(path);
        var band = Math.Clamp(MostBandBytes / (3 * pipeline.Width), 1, 224);
        var pixels = new byte[3 * pipeline.Width * band];
        for (var first = 0; first < pipeline.Height; first += band)
        {
            var rows = Math.Min(band, pipeline.Height - first);
            pipeline.ReadRows(first, rows, pixels.AsSpan(0, 3 * pipeline.Width * rows));
        }
    }

    static bool IsSentence(MediaException error, string path) => error.Fault == MediaFault.SourceUnreadable
        && error.Message.StartsWith(path, StringComparison.Ordinal) && error.Message.EndsWith('.') && !error.Message.Contains('\n');

    void Watch()
    {
        while (true)
        {
            Thread.Sleep(20);
            if (_current is not { } name)
                continue;
            if (TimeSpan.FromMilliseconds(_clock.ElapsedMilliseconds - Interlocked.Read(ref _begun)) > Patience)
                End(Hung, $"{name}: not done after {Patience.TotalSeconds:F0} s");
            if (TimeSpan.FromTicks(Environment.CpuUsage.TotalTime.Ticks - Interlocked.Read(ref _workBefore)) > MostWork)
                End(Hung, $"{name}: not done after {MostWork.TotalSeconds:F0} s of work");
            if (Status("VmRSS:") is var held and > MostBytes)
                End(Greedy, $"{name}: {held / 1_000_000} MB held");
        }
    }

    static long Status(string entry)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(entry, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }

    static void End(int code, string sentence)
    {
        Console.Error.WriteLine(sentence);
        Environment.Exit(code);
    }
}

/// <summary>What became of the images.</summary>
/// <param name="Opened">The number of images that were read.</param>
/// <param name="Refused">The number of images that were refused in a sentence.</param>
/// <param name="PeakMegabytes">The most memory that the process held.</param>
/// <param name="SlowestMilliseconds">The longest time that one image took.</param>
/// <param name="Seconds">The time that all of them took.</param>
sealed record OpeningReport(int Opened, int Refused, long PeakMegabytes, double SlowestMilliseconds, double Seconds);
