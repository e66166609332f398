namespace FastCam.Video.Frames;

/// <summary>
/// The size of a picture in full-range BT.601 I420: planes Y, U and V one after another without padding, one byte a
/// sample, chroma at half size in both directions (rounded up).
/// </summary>
/// <param name="Width">Pixels a row, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
public readonly record struct FrameFormat(int Width, int Height)
{
    /// <summary>The largest width and height that any source of this library announces.</summary>
    public const int MaximumWidth = 8192, MaximumHeight = 8192;

    /// <summary>Samples a row of U and of V.</summary>
    public int ChromaWidth => (Width + 1) / 2;

    /// <summary>Rows of U and of V.</summary>
    public int ChromaHeight => (Height + 1) / 2;

    /// <summary>Bytes of plane Y; U starts here.</summary>
    public int LumaByteCount => Width * Height;

    /// <summary>Bytes of plane U, and of plane V.</summary>
    public int ChromaByteCount => ChromaWidth * ChromaHeight;

    /// <summary>Bytes of the whole picture.</summary>
    public int ByteCount => LumaByteCount + 2 * ChromaByteCount;

    /// <summary>For people: <c>1280x720</c>.</summary>
    public override string ToString() => $"{Width}x{Height}";
}
