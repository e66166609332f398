using Microsoft.Win32.SafeHandles;

namespace FastCam.Video;

/// <summary>
/// A picture that may be too large for a <see cref="Frame"/>, read some rows at a time. FFmpeg decodes it once, into a file without a name;
/// what this process holds does not depend on the picture's size. One thread at a time may read a row; several may read different ones.
/// </summary>
public sealed class LargeImage : IDisposable
{
    /// <summary>The longest side that is read.</summary>
    public const int LongestSide = 65_535;

    /// <summary>The most pixels that are read: what every FFmpeg decodes, whatever the picture's shape.</summary>
    public const long MostPixels = 240_000_000;

    const int CopyBytes = 1 << 20;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly SafeFileHandle _pixels;

    LargeImage(int width, int height, SafeFileHandle pixels)
    {
        Width = width;
        Height = height;
        _pixels = pixels;
    }

    /// <summary>Pixels a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    int ChromaWidth => (Width + 1) / 2;

    long LumaBytes => (long)Width * Height;

    long ChromaBytes => (long)ChromaWidth * ((Height + 1) / 2);

    /// <summary>Decodes a picture file.</summary>
    /// <param name="path">The picture.</param>
    /// <param name="folder">A folder whose disk has room for 1.5 bytes a pixel while the picture is open.</param>
    /// <exception cref="MediaException">It does not exist, is no picture, is cut off or too large, or FFmpeg is not installed.</exception>
    /// <exception cref="IOException">The folder's disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static LargeImage Open(string path, string folder)
    {
        if (!File.Exists(path))
            throw new MediaException(MediaFault.SourceNotFound, $"{path} does not exist.");
        var decoder = ImageFormat.DecoderOf(path) ?? throw new MediaException(MediaFault.SourceUnreadable, $"{path} is no picture in a format that is read here ({ImageFormat.Names}).");
        using var child = new FFmpegChild(FFmpegTool.Find().Path, FFmpegInput.LargeImage(path, decoder, MostPixels));
        child.Input.Dispose();
        if (Yuv4Mpeg.ReadHeader(child.Output) is not { } size)
        {
            child.Exit(Patience);
            throw FFmpegLog.TooLarge(child.Log) is { } stated ? TooLarge(path, stated)
                : FFmpegLog.Unreadable(path, child.Log);
        }

        if (size.Width > LongestSide || size.Height > LongestSide || (long)size.Width * size.Height > MostPixels)
            throw TooLarge(path, $"{size.Width}x{size.Height}");
        var image = new LargeImage(size.Width, size.Height, ScratchFile.Create(folder));
        try
        {
            image.Fill(child, path);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of that many rows as planes Y, U and V one after another, chroma at half size rounded up.</summary>
    public int ByteCount(int rows) => checked(Width * rows + 2 * ChromaWidth * ((rows + 1) / 2));

    /// <summary>Reads rows as planes Y, U and V one after another, in full-range BT.601.</summary>
    /// <param name="first">The first row: even, because two rows share one of chroma.</param>
    /// <param name="rows">How many, at least 1.</param>
    /// <param name="pixels"><see cref="ByteCount"/> bytes.</param>
    public void ReadRows(int first, int rows, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNotEqual(first % 2, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Height - first);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, ByteCount(rows));
        var luma = Width * rows;
        var chroma = ChromaWidth * ((rows + 1) / 2);
        var chromaAt = (long)ChromaWidth * (first / 2);
        Read(pixels[..luma], (long)Width * first);
        Read(pixels.Slice(luma, chroma), LumaBytes + chromaAt);
        Read(pixels[(luma + chroma)..], LumaBytes + ChromaBytes + chromaAt);
    }

    /// <inheritdoc/>
    public void Dispose() => _pixels.Dispose();

    void Fill(FFmpegChild child, string path)
    {
        var buffer = new byte[CopyBytes];
        var bytes = LumaBytes + 2 * ChromaBytes;
        long at = 0;
        for (int count; at < bytes && (count = child.Output.Read(buffer, 0, (int)Math.Min(buffer.Length, bytes - at))) > 0; at += count)
            RandomAccess.Write(_pixels, buffer.AsSpan(0, count), at);
        var code = child.Exit(Patience);
        if (FFmpegLog.IsCutPicture(child.Log))
            throw FFmpegLog.CutPicture(path);
        if (at < bytes || code != 0)
            throw new MediaException(MediaFault.SourceFailed, $"{path} could not be decoded to its end{FFmpegLog.Quote(child.Log)}.");
    }

    void Read(Span<byte> bytes, long at)
    {
        while (bytes.Length > 0)
        {
            var count = RandomAccess.Read(_pixels, bytes, at);
            if (count == 0)
                throw new EndOfStreamException();
            bytes = bytes[count..];
            at += count;
        }
    }

    static MediaException TooLarge(string path, string size) => new(
        MediaFault.SourceUnreadable,
        $"{path} is {size}; pictures of up to {MostPixels / 1_000_000} megapixels and {LongestSide} pixels a side are read: make it smaller, or cut it.");
}
