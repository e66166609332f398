using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using FastCam.Edge;
using FastCam.Edge.Packets;
using FastCam.Edge.Sinks;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Video.Accounting;
using FastCam.Video.Frames;
using FastCam.Video.Sources;

namespace FastCam.Lab.Bench;

/// <summary>Runs a long stream, each frame with its own map drawn on it, and watches its memory.</summary>
static class Soak
{
    /// <summary>Fewer frames have no meaningful slope.</summary>
    public const int FewestFrames = 500;

    const int Samples = 100;

    /// <summary>Small frames: what is looked for is what each of them leaves behind, not what it costs.</summary>
    static readonly FrameFormat Format = new(320, 180);

    /// <param name="model">
    /// The network. It is explained on the blocked layout, or by the strategy nearest to that: the one with the most of our own code in the pass.
    /// </param>
    /// <param name="provider">The execution provider.</param>
    /// <param name="frames">The number of frames, at least <see cref="FewestFrames"/>; the first tenth is not looked at.</param>
    /// <param name="progress">Called with the number of frames that are done.</param>
    public static SoakReport Run(Model model, string provider, int frames, Action<string, int, int> progress)
    {
        var start = Stopwatch.GetTimestamp();
        using var network = new BenchedStrategy(ExplainStrategy.Blocked).Open(model, provider, threads: 0);
        var warmUp = frames / 10;
        SoakSink? sink = null;
        var period = Math.Max(1, (frames - warmUp) / Samples);
        TestStream.Run(
            network, new TestPattern(Format, TestFrame.Rate, frames),
            account => sink = new SoakSink(account, warmUp, period, done => progress("soak", done, frames)));
        return new SoakReport(
            Machine.Describe(), model.Name, EnumNames.Format(network.Strategy), frames, sink!.Samples, sink.Managed, sink.Resident,
            Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}

/// <summary>The growth of a long stream's memory.</summary>
/// <param name="Machine">The machine that it ran on.</param>
/// <param name="Model">The network.</param>
/// <param name="By">The explain strategy.</param>
/// <param name="Frames">The number of frames.</param>
/// <param name="Samples">The number of looks at the memory.</param>
/// <param name="Managed">The growth of the managed heap, after forced collections.</param>
/// <param name="Resident">The growth of resident memory, likewise after them.</param>
/// <param name="Seconds">The time that it took.</param>
sealed record SoakReport(Machine Machine, string Model, string By, int Frames, int Samples, Growth Managed, Growth Resident, double Seconds);

/// <summary>Growth with its interval of 95 %, in MB for 100 000 frames.</summary>
/// <param name="First">The memory at first, in MB.</param>
/// <param name="Last">The memory in the end, in MB.</param>
/// <param name="Slope">The least-squares slope.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
sealed record Growth(double First, double Last, double Slope, double Low, double High)
{
    const double Mega = 1e6;
    const double Frames = 100_000;

    /// <summary>What a user would bear: a camera of ten frames a second makes 100 000 in less than three hours, so this is 60 MB a week.</summary>
    public const double Tolerable = 1;

    /// <summary>Whether it is surely next to none: an interval that is merely wide shows nothing.</summary>
    public bool IsLevel => High <= Tolerable;

    /// <summary>Whether there surely is some, and more than is tolerable for all one knows.</summary>
    public bool IsGrowing => Low > 0 && !IsLevel;

    /// <summary>What can be said, with the figures.</summary>
    public string Verdict
    {
        get
        {
            var figures = string.Create(CultureInfo.InvariantCulture, $"{Slope:F2} [{Low:F2}, {High:F2}] MB for 100 000 frames");
            return IsLevel ? $"level: {figures}"
                : IsGrowing ? $"grows: {figures}"
                : $"not shown to be level: {figures}, where {Tolerable} is the most that is tolerable; a longer run narrows the interval";
        }
    }

    /// <param name="frames">The frames at which the memory was read.</param>
    /// <param name="bytes">The bytes that were read.</param>
    public static Growth Fit(List<double> frames, List<double> bytes)
    {
        var fit = LineFit.Through(CollectionsMarshal.AsSpan(frames), CollectionsMarshal.AsSpan(bytes));
        const double Unit = Frames / Mega;
        return new Growth(bytes[0] / Mega, bytes[^1] / Mega, fit.Slope * Unit, fit.Low * Unit, fit.High * Unit);
    }
}

/// <summary>Takes every frame and keeps none, and reads from time to time what memory the process holds.</summary>
/// <param name="account">The sink's account in the ledger of the source.</param>
/// <param name="warmUp">The frames before the first look that counts: until then code is compiled and buffers are made.</param>
/// <param name="period">The frames from one look to the next.</param>
/// <param name="looked">Called with the number of frames so far, on the sink's thread.</param>
sealed class SoakSink(LedgerAccount account, int warmUp, int period, Action<int> looked) : Sink(account)
{
    /// <summary>
    /// The looks that do not count. A method is compiled for good after two times 30 calls, and looking is code too, so that measuring the memory
    /// would itself make it grow.
    /// </summary>
    const int FirstLooks = 150;

    readonly List<double> _frames = [], _managed = [], _resident = [];
    int _count;

    /// <summary>The growth of the managed heap.</summary>
    public Growth Managed => Growth.Fit(_frames, _managed);

    /// <summary>The growth of resident memory.</summary>
    public Growth Resident => Growth.Fit(_frames, _resident);

    public int Samples => _frames.Count;

    public override void Write(in FramePacket packet)
    {
        var counts = ++_count >= warmUp;
        if ((counts ? (_count - warmUp) % period : _count % Math.Max(1, warmUp / FirstLooks)) != 0)
            return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var (managed, resident) = (GC.GetTotalMemory(forceFullCollection: false), Environment.WorkingSet);
        looked(_count);
        if (!counts)
            return;
        _frames.Add(_count);
        _managed.Add(managed);
        _resident.Add(resident);
    }
}
