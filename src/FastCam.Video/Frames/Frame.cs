using System.Runtime.InteropServices;

namespace FastCam.Video.Frames;

/// <summary>
/// One frame of a stream in a buffer of a <see cref="FramePool"/>, with its number and times. Whoever holds a lease may use
/// it; the last <see cref="Release"/> returns it to its pool.
/// </summary>
public sealed unsafe class Frame
{
    const int Alignment = 64;

    readonly FramePool _pool;
    int _leases;

    internal Frame(FramePool pool, FrameFormat format)
    {
        _pool = pool;
        Format = format;
        var bytes = ((nuint)format.ByteCount + Alignment - 1) / Alignment * Alignment;
        Data = (byte*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(Data, bytes); // this touches every page now rather than on the first frames
    }

    /// <summary>Size and layout.</summary>
    public FrameFormat Format { get; }

    /// <summary>The first byte of plane Y, 64-byte aligned, outside the garbage collector's reach.</summary>
    public byte* Data { get; private set; }

    /// <summary>Y, U and V one after another: <see cref="FrameFormat.ByteCount"/> bytes.</summary>
    public Span<byte> Pixels => new(Data, Format.ByteCount);

    /// <summary>The frame's number in its source, from 0.</summary>
    public long Sequence { get; set; }

    /// <summary>When the source says that the frame is to be shown, from the source's own zero.</summary>
    public TimeSpan PresentationTime { get; set; }

    /// <summary>When it was captured: <see cref="System.Diagnostics.Stopwatch"/> ticks (monotonic).</summary>
    public long CaptureTimestamp { get; set; }

    /// <summary>The stage of the walk that it has reached.</summary>
    public FrameStage Stage { get; set; }

    internal int Leases => Volatile.Read(ref _leases);

    /// <summary>Takes one more lease on a frame that is leased already.</summary>
    /// <exception cref="InvalidOperationException">The frame is back in its pool.</exception>
    public void AddLease() => Change(+1);

    /// <summary>Gives one lease back; the last one returns the frame to its pool.</summary>
    /// <exception cref="InvalidOperationException">It was released more often than leased.</exception>
    public void Release()
    {
        if (Change(-1) == 0)
            _pool.Return(this);
    }

    internal void StartLease()
    {
        Stage = FrameStage.Capture;
        Volatile.Write(ref _leases, 1);
    }

    internal void Free()
    {
        NativeMemory.AlignedFree(Data);
        Data = null;
    }

    int Change(int by)
    {
        while (true)
        {
            var leases = Volatile.Read(ref _leases);
            if (leases <= 0)
            {
                var what = by > 0 ? "leased after its return to the pool" : "released more often than leased";
                throw new InvalidOperationException($"Frame {Sequence} was {what} (stage {Stage}).");
            }

            if (Interlocked.CompareExchange(ref _leases, leases + by, leases) == leases)
                return leases + by;
        }
    }
}

/// <summary>The stage of the walk that a frame has reached. It names the culprit when a lease is not given back.</summary>
public enum FrameStage
{
    /// <summary>The frame is being read from the source, or waits for the network.</summary>
    Capture,

    /// <summary>The frame is in the network.</summary>
    Network,

    /// <summary>The frame's overlay is being drawn.</summary>
    Overlay,

    /// <summary>The frame is with the sinks.</summary>
    Sink,
}
