using FastCam.Video;

namespace FastCam.Edge.Bench;

/// <summary>Takes every picture and keeps none, but looks now and then at what the process holds.</summary>
/// <param name="account">In the books of the source.</param>
/// <param name="warmUp">Pictures before the first look: until then code is compiled and buffers are made.</param>
/// <param name="period">Pictures from one look to the next.</param>
/// <param name="looked">Told how many pictures there were so far; on the sink's thread.</param>
sealed class SoakSink(LedgerAccount account, int warmUp, int period, Action<int> looked) : FrameSink(account)
{
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
        if (++_count < warmUp || (_count - warmUp) % period != 0) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _pictures.Add(_count);
        _managed.Add(GC.GetTotalMemory(forceFullCollection: false));
        _resident.Add(Environment.WorkingSet);
        looked(_count);
    }

    public override void Complete()
    {
    }

    public override void Dispose()
    {
    }
}
