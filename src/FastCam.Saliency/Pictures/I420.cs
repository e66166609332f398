namespace FastCam.Saliency;

/// <summary>
/// A view of a planar YUV 4:2:0 picture, full-range BT.601. It does not own its memory: the memory must outlive it and not move.
/// </summary>
public readonly unsafe struct I420
{
    /// <summary>Describes three planes; both chroma planes have one stride.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1, or a stride shorter than a row.</exception>
    public I420(byte* y, byte* u, byte* v, int width, int height, int strideY, int strideUV)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfLessThan(strideY, width);
        ArgumentOutOfRangeException.ThrowIfLessThan(strideUV, (width + 1) / 2);
        Y = y;
        U = u;
        V = v;
        Width = width;
        Height = height;
        StrideY = strideY;
        StrideUV = strideUV;
    }

    /// <summary>Luma.</summary>
    public byte* Y { get; }

    /// <summary>Blue-difference chroma.</summary>
    public byte* U { get; }

    /// <summary>Red-difference chroma.</summary>
    public byte* V { get; }

    /// <summary>Luma samples a row.</summary>
    public int Width { get; }

    /// <summary>Luma rows.</summary>
    public int Height { get; }

    /// <summary>Chroma samples a row: half the width, rounded up.</summary>
    public int ChromaWidth => (Width + 1) / 2;

    /// <summary>Chroma rows: half the height, rounded up.</summary>
    public int ChromaHeight => (Height + 1) / 2;

    /// <summary>Bytes from one luma row to the next.</summary>
    public int StrideY { get; }

    /// <summary>Bytes from one chroma row to the next.</summary>
    public int StrideUV { get; }

    /// <summary>Three planes one after another, each row as long as its plane is wide.</summary>
    public static I420 Packed(byte* data, int width, int height)
    {
        var chromaWidth = (width + 1) / 2;
        var u = data + (nint)width * height;
        var v = u + (nint)chromaWidth * ((height + 1) / 2);
        return new I420(data, u, v, width, height, width, chromaWidth);
    }
}
