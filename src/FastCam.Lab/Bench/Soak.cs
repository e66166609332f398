using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using FastCam.Edge;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Video.Accounting;
using FastCam.Video.Frames;
using FastCam.Video.Sinks;

namespace FastCam.Lab.Bench;

/// <summary>A long stream, each frame with its own map drawn on it, whose memory is watched.</summary>
static class Soak
{
    /// <summary>Fewer frames have no slope worth the name.</summary>
    public const int FewestFrames = 500;

    const int Samples = 100;

    /// <param name="model">The network; it explains on the blocked layout, or as near to it as it can: the strategy with the most of our own code in the pass.</param>
    /// <param name="provider">Where it runs.</param>
    /// <param name="frames">How long, at least <see cref="FewestFrames"/>; the first tenth is not looked at.</param>
    /// <param name="progress">Told how many of the frames are done.</param>
    public static SoakReport Run(Model model, string provider, int frames, Action<string, int, int> progress)
    {
        var start = Stopwatch.GetTimestamp();
        var explanation = new ExplanationOptions { Strategy = ExplainStrategy.Blocked };
        using var network = Network.Open(model, provider, explanation: explanation);
        var warmUp = frames / 10;
        SoakSink? sink = null;
        TestStream.Run(network, explanation, TestFrame.Pattern(TestFrame.Rate, frames), account => sink = new SoakSink(account, warmUp, Math.Max(1, (frames - warmUp) / Samples), done => progress("soak", done, frames)));
        return new SoakReport(Machine.Describe(), model.Name, EnumNames.Format(network.Strategy), frames, sink!.Samples, sink.Managed, sink.Resident, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}

/// <summary>How the memory of a long stream grew.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Model">The network.</param>
/// <param name="By">How it was explained.</param>
/// <param name="Frames">How long it was.</param>
/// <param name="Samples">How often it was looked at.</param>
/// <param name="Managed">The managed heap, after forced collections.</param>
/// <param name="Resident">Resident memory, then too.</param>
/// <param name="Seconds">What it took.</param>
sealed record SoakReport(Machine Machine, string Model, string By, int Frames, int Samples, Growth Managed, Growth Resident, double Seconds);

/// <summary>Growth with its interval of 95 %, in MB for 100 000 frames.</summary>
/// <param name="First">What there was at first, in MB.</param>
/// <param name="Last">What there was in the end, in MB.</param>
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

    /// <param name="frames">Where there was a look.</param>
    /// <param name="bytes">What it saw.</param>
    public static Growth Fit(List<double> frames, List<double> bytes)
    {
        var fit = LineFit.Through(CollectionsMarshal.AsSpan(frames), CollectionsMarshal.AsSpan(bytes));
        const double Unit = Frames / Mega;
        return new Growth(bytes[0] / Mega, bytes[^1] / Mega, fit.Slope * Unit, fit.Low * Unit, fit.High * Unit);
    }
}

/// <summary>Takes every picture and keeps none, but looks now and then at what the process holds.</summary>
/// <param name="account">In the ledger of the source.</param>
/// <param name="warmUp">Pictures before the first look that counts: until then code is compiled and buffers are made.</param>
/// <param name="period">Pictures from one look to the next.</param>
/// <param name="looked">Told how many pictures there were so far; on the sink's thread.</param>
sealed class SoakSink(LedgerAccount account, int warmUp, int period, Action<int> looked) : FrameSink(account)
{
    /// <summary>Looks that do not count. A method is compiled for good after two times 30 calls, and looking is code too: memory would grow by the measuring of it.</summary>
    const int FirstLooks = 150;

    readonly List<double> _pictures = [], _managed = [], _resident = [];
    int _count;

    public override string Name => "soak";

    /// <summary>How the managed heap grows.</summary>
    public Growth Managed => Growth.Fit(_pictures, _managed);

    /// <summary>How resident memory grows.</summary>
    public Growth Resident => Growth.Fit(_pictures, _resident);

    public int Samples => _pictures.Count;

    public override void Write(Frame picture)
    {
        Account.Delivered(picture.Sequence);
        var counts = ++_count >= warmUp;
        if ((counts ? (_count - warmUp) % period : _count % Math.Max(1, warmUp / FirstLooks)) != 0) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var (managed, resident) = (GC.GetTotalMemory(forceFullCollection: false), Environment.WorkingSet);
        looked(_count);
        if (!counts) return;
        _pictures.Add(_count);
        _managed.Add(managed);
        _resident.Add(resident);
    }

    public override void Complete()
    {
    }

    public override void Dispose()
    {
    }
}
