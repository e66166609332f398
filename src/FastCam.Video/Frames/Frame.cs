using System.Runtime.InteropServices;

namespace FastCam.Video.Frames;

/// <summary>One frame of a stream in a buffer of a <see cref="FramePool"/>, with its identity. Whoever holds a lease may use it.</summary>
public sealed unsafe class Frame : Pooled<Frame>
{
    const int Alignment = 64;

    internal Frame(FrameFormat format)
    {
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

    /// <summary>The frame's identity.</summary>
    public FrameInfo Info { get; private set; }

    /// <summary>The frame's number in its stream, from 0.</summary>
    public long Sequence => Info.Sequence;

    /// <summary>The stage of the walk that it has reached.</summary>
    public FrameStage Stage { get; set; }

    /// <inheritdoc/>
    protected override string Description => $"Frame {Sequence}, last seen at stage {Stage},";

    /// <summary>Begins a walk: the buffer is to hold another frame from now on.</summary>
    /// <param name="info">The frame's identity.</param>
    /// <param name="stage">Where the walk begins.</param>
    public void Begin(in FrameInfo info, FrameStage stage = FrameStage.Capture) => (Info, Stage) = (info, stage);

    /// <inheritdoc/>
    protected internal override void Free()
    {
        NativeMemory.AlignedFree(Data);
        Data = null;
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
