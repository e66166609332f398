namespace FastCam.Saliency.Imaging;

/// <summary>
/// A view of a planar YUV 4:2:0 image, full-range BT.601. It does not own its memory: the memory must outlive it and not move.
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

    /// <summary>A view of a part of the image.</summary>
    /// <param name="x">The first column, even: chroma samples stand for two.</param>
    /// <param name="y">The first row, even.</param>
    /// <param name="width">Columns; the part must lie in the image.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part begins on an odd column or row, or reaches outside.</exception>
    public I420 Part(int x, int y, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((x | y) & 1, 0, nameof(x));
        ArgumentOutOfRangeException.ThrowIfNegative(x | y, nameof(x));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width - x);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Height - y);
        var chroma = (nint)(y / 2) * StrideUV + x / 2;
        return new I420(Y + (nint)y * StrideY + x, U + chroma, V + chroma, width, height, StrideY, StrideUV);
    }

    /// <summary>Copies the image.</summary>
    /// <param name="destination">An image of the same size that does not overlap this.</param>
    /// <exception cref="ArgumentException">It is of another size.</exception>
    public void CopyTo(in I420 destination)
    {
        destination.ThrowIfNot(Width, Height, nameof(destination));
        CopyPlane(Y, StrideY, destination.Y, destination.StrideY, Width, Height);
        CopyPlane(U, StrideUV, destination.U, destination.StrideUV, ChromaWidth, ChromaHeight);
        CopyPlane(V, StrideUV, destination.V, destination.StrideUV, ChromaWidth, ChromaHeight);
    }

    internal void Fill(byte red, byte green, byte blue)
    {
        var (y, u, v) = Bt601.FromRgb(red, green, blue);
        FillPlane(Y, StrideY, Width, Height, (byte)Math.Round(y));
        FillPlane(U, StrideUV, ChromaWidth, ChromaHeight, (byte)Math.Round(u));
        FillPlane(V, StrideUV, ChromaWidth, ChromaHeight, (byte)Math.Round(v));
    }

    internal void ThrowIfNot(int width, int height, string parameter)
    {
        if (Width != width || Height != height)
            throw new ArgumentException($"An image of {Width}×{Height} is not of the size expected, {width}×{height}.", parameter);
    }

    static void CopyPlane(byte* source, int sourceStride, byte* destination, int destinationStride, int width, int height)
    {
        for (var y = 0; y < height; y++)
            new ReadOnlySpan<byte>(source + (nint)y * sourceStride, width).CopyTo(new Span<byte>(destination + (nint)y * destinationStride, width));
    }

    static void FillPlane(byte* plane, int stride, int width, int height, byte sample)
    {
        for (var y = 0; y < height; y++)
            new Span<byte>(plane + (nint)y * stride, width).Fill(sample);
    }
}

/// <summary>An image in memory of its own that does not move.</summary>
sealed unsafe class PinnedImage
{
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public PinnedImage(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        Pixels = GC.AllocateArray<byte>(checked(width * height + 2 * ((width + 1) / 2) * ((height + 1) / 2)), pinned: true);
        fixed (byte* pixels = Pixels)
            View = I420.Packed(pixels, width, height);
    }

    /// <summary>Planes Y, U and V one after another.</summary>
    public byte[] Pixels { get; }

    /// <summary>Valid as long as this object is referenced.</summary>
    public I420 View { get; }
}

/// <summary>Full-range BT.601, as of JPEG: from red, green and blue, 0..255, to luma and chroma, 0..255.</summary>
static class Bt601
{
    public const float RedWeight = 0.299f, GreenWeight = 0.587f, BlueWeight = 0.114f;

    /// <summary>Chroma without colour.</summary>
    public const byte Neutral = 128;

    /// <summary>From blue − Y, and from red − Y, to the chroma about <see cref="Neutral"/>.</summary>
    public const float BlueDifference = 0.5f / (1 - BlueWeight), RedDifference = 0.5f / (1 - RedWeight);

    public static (double Y, double U, double V) FromRgb(double red, double green, double blue)
    {
        var y = RedWeight * red + GreenWeight * green + BlueWeight * blue;
        return (y, Math.Min(Neutral + (blue - y) * BlueDifference, 255), Math.Min(Neutral + (red - y) * RedDifference, 255));
    }
}
