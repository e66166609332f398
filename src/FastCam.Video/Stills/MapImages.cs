using System.Buffers.Binary;
using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;
using NetVips;

namespace FastCam.Video.Stills;

/// <summary>Writes a map that is too large to be held as PNG images, with only some of their rows in memory.</summary>
public static class MapImages
{
    /// <summary>The level of compression, of 1 to 9. At the next level files take a quarter less room and a third more time.</summary>
    const int Effort = 1;

    const double Half = 0.5;

    /// <summary>Writes the map in grey, in 16 bits.</summary>
    /// <param name="map">The map, 0..1.</param>
    /// <param name="output">Where the PNG goes; not closed.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static void WriteGrey(MapRows map, Stream output, CancellationToken stop)
    {
        StillLibrary.Require();
        using var values = map.Open(out var source);
        using (source)
        {
            using var scaled = values.Linear([ushort.MaxValue], [Half]);
            using var numbers = scaled.Cast(Enums.BandFormat.Ushort);
            using var image = numbers.Copy(interpretation: Enums.Interpretation.Grey16);
            Save(image, output, stop, MapRows.Unreadable);
        }
    }

    /// <summary>Writes the overlay: each pixel of the image mixed with the colour of the map's level there, in RGB.</summary>
    /// <param name="path">The image.</param>
    /// <param name="map">The map, 0..1, of the image's size.</param>
    /// <param name="colours">256 × 3 bytes: red, green and blue of level 0 to 255.</param>
    /// <param name="opacity">The share of the colours, 0..1.</param>
    /// <param name="output">Where the PNG goes; not closed.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="MediaException">The image cannot be read, or is no longer what it was.</exception>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static void WriteOverlay(
        string path, MapRows map, ReadOnlySpan<byte> colours, float opacity, Stream output, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(colours.Length, 256 * 3);
        using var image = StillPipeline.Open(path);
        using var values = map.Open(out var source);
        using (source)
        {
            // libvips would widen the smaller of two images of different sizes.
            if (image.Width != values.Width || image.Height != values.Height)
            {
                throw new MediaException(
                    MediaFault.SourceFailed,
                    $"{path} was changed while it was explained, from {values.Width}x{values.Height} to {image.Width}x{image.Height}: "
                    + "explain it again.");
            }

            var shares = new float[colours.Length];
            for (var i = 0; i < shares.Length; i++)
                shares[i] = opacity * colours[i] + (float)Half;
            using var table = Image.NewFromMemory(shares, 256, 1, 3, Enums.BandFormat.Float);
            using var scaled = values.Linear([byte.MaxValue], [Half]);
            using var levels = scaled.Cast(Enums.BandFormat.Uchar);
            using var coloured = levels.Maplut(table);
            using var rest = image.Image.Linear([1 - opacity], [0.0]);
            using var mixed = rest + coloured;
            using var bytes = mixed.Cast(Enums.BandFormat.Uchar);
            using var overlay = bytes.Copy(interpretation: Enums.Interpretation.Srgb);
            Save(overlay, output, stop, image.Explain);
        }
    }

    /// <summary>Writes an image as PNG, piece by piece as it is compressed.</summary>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    internal static void Save(Image image, Stream output, CancellationToken stop, Func<VipsException, Exception> explain)
    {
        ExceptionDispatchInfo? fault = null;
        using var target = new TargetCustom();
        target.OnWrite += (bytes, length) =>
        {
            // An exception must not pass through libvips, so it is thrown when libvips has returned.
            try
            {
                output.Write(bytes, 0, length);
                return length;
            }
            catch (IOException error)
            {
                fault = ExceptionDispatchInfo.Capture(error);
                return -1;
            }
        };
        if (stop.CanBeCanceled)
            image.SetProgress(new Unheard(), stop);
        try
        {
            image.PngsaveTarget(target, compression: Effort, filter: Enums.ForeignPngFilter.Up, keep: Enums.ForeignKeep.None);
        }
        catch (VipsException error)
        {
            stop.ThrowIfCancellationRequested();
            fault?.Throw();
            throw explain(error);
        }

        fault?.Throw();
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>Progress that nobody hears. Only where it is asked for does libvips look whether it is to end.</summary>
    sealed class Unheard : IProgress<int>
    {
        public void Report(int value)
        {
        }
    }
}

/// <summary>A map that lies in a file, row by row, so that images of it can be made without holding it.</summary>
/// <param name="file">Open for reading; not closed.</param>
/// <param name="offset">Bytes before the first row.</param>
/// <param name="width">Columns, at least 1.</param>
/// <param name="height">Rows, at least 1.</param>
/// <remarks>
/// libvips reads only streams of known formats, and would map a raw file into memory as a whole. So it is shown a BigTIFF whose
/// header is made here and whose strips are the file's rows, in little-endian float32.
/// </remarks>
public sealed class MapRows(SafeFileHandle file, long offset, int width, int height)
{
    const int RowsAStrip = 16;
    const int FirstDirectory = 16;
    const int Entries = 9, EntryBytes = 20;
    const int Strips = FirstDirectory + sizeof(long) + Entries * EntryBytes + sizeof(long);

    readonly byte[] _header = Describe(width, height);

    long Length => _header.Length + (long)width * height * sizeof(float);

    /// <summary>Opens the map as an image of floats, from the top down.</summary>
    /// <param name="source">What the image reads from; to be disposed of after it.</param>
    /// <exception cref="IOException">The file is not read back.</exception>
    internal Image Open(out SourceCustom source)
    {
        long at = 0;
        source = new SourceCustom();
        source.OnRead += (buffer, length) =>
        {
            var count = Read(at, buffer.AsSpan(0, length));
            at += Math.Max(count, 0);
            return count;
        };
        source.OnSeek += (distance, origin) =>
            at = distance + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => at, _ => Length };
        try
        {
            return Image.TiffloadSource(source, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
        }
        catch (VipsException error)
        {
            source.Dispose();
            throw Unreadable(error);
        }
    }

    /// <summary>The error of a map whose file is not read back.</summary>
    internal static IOException Unreadable(VipsException error) => new($"the map is not read back ({error.Message.Trim()})", error);

    /// <returns>The number of bytes read; −1 where the disk gives none.</returns>
    int Read(long at, Span<byte> buffer)
    {
        if (at < _header.Length)
        {
            var part = _header.AsSpan((int)at);
            part = part[..Math.Min(part.Length, buffer.Length)];
            part.CopyTo(buffer);
            return part.Length;
        }

        try
        {
            return RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, Math.Max(Length - at, 0))], offset + at - _header.Length);
        }
        catch (IOException)
        {
            return -1;
        }
    }

    static byte[] Describe(int width, int height)
    {
        const short Short = 3, Long = 4, Long8 = 16;
        var strips = (height + RowsAStrip - 1) / RowsAStrip;
        var header = new byte[Strips + 2 * sizeof(long) * strips];
        "II"u8.CopyTo(header);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(2), 43);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(4), sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), FirstDirectory);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(FirstDirectory), Entries);
        var at = FirstDirectory + sizeof(long);
        Add(256, Long, 1, width);
        Add(257, Long, 1, height);
        Add(258, Short, 1, 8 * sizeof(float));
        Add(259, Short, 1, 1); // not compressed
        Add(262, Short, 1, 1); // black is 0
        // A single strip's place and length stand in the entry itself.
        Add(273, Long8, strips, strips == 1 ? header.Length : Strips);
        Add(278, Long, 1, RowsAStrip);
        Add(279, Long8, strips, strips == 1 ? (long)height * width * sizeof(float) : Strips + sizeof(long) * strips);
        Add(339, Short, 1, 3); // floats
        for (var strip = 0; strip < strips; strip++)
        {
            var row = strip * RowsAStrip;
            var place = header.Length + (long)row * width * sizeof(float);
            var length = (long)Math.Min(RowsAStrip, height - row) * width * sizeof(float);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(Strips + sizeof(long) * strip), place);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(Strips + sizeof(long) * (strips + strip)), length);
        }

        return header;

        void Add(short tag, short type, long count, long value)
        {
            BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(at), tag);
            BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(at + 2), type);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(at + 4), count);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(at + 12), value);
            at += EntryBytes;
        }
    }
}
