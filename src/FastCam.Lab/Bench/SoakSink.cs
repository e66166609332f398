using FastCam.Video.Accounting;
using FastCam.Video.Frames;
using FastCam.Video.Sinks;

namespace FastCam.Lab.Bench;

/// <summary>Takes every picture and keeps none, but looks now and then at what the process holds.</summary>
/// <param name="account">In the books of the source.</param>
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
    public Growth Managed => Growth.Of(_pictures, _managed);

    /// <summary>How resident memory grows.</summary>
    public Growth Resident => Growth.Of(_pictures, _resident);

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
