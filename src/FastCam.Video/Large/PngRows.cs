using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;

namespace FastCam.Video;

/// <summary>The pixels of a PNG.</summary>
public enum PngPixels
{
    /// <summary>Red, green, blue; a byte each.</summary>
    Rgb8,

    /// <summary>Grey in two bytes, the higher first.</summary>
    Grey16,
}

/// <summary>Writes a PNG some rows at a time, in memory that does not depend on its height.</summary>
public sealed class PngRows : IDisposable
{
    const byte FilterUp = 2;

    // Of 1 to 9: the levels above take longer and save less than a twentieth.
    const int Effort = 3;

    readonly Stream _output;
    readonly PngChunks _data;
    readonly ZLibStream _compressor;
    readonly int _rowBytes;
    readonly byte[] _previous;
    readonly byte[] _filtered;
    int _rowsLeft;

    /// <summary>Writes the header.</summary>
    /// <param name="output">Where the file goes; not closed.</param>
    /// <param name="width">Pixels a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">What a pixel is.</param>
    public PngRows(Stream output, int width, int height, PngPixels pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        _output = output;
        _rowsLeft = height;
        _rowBytes = checked(width * (pixels == PngPixels.Rgb8 ? 3 : 2));
        _previous = new byte[_rowBytes];
        _filtered = new byte[1 + _rowBytes];
        _filtered[0] = FilterUp;
        output.Write([0x89, .. "PNG\r\n\x1a\n"u8]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = (byte)(pixels == PngPixels.Rgb8 ? 8 : 16);
        header[9] = (byte)(pixels == PngPixels.Rgb8 ? 2 : 0);
        header[10..].Clear();
        PngChunks.Write(output, "IHDR"u8, header);
        _data = new PngChunks(output);
        _compressor = new ZLibStream(_data, new ZLibCompressionOptions { CompressionLevel = Effort }, leaveOpen: true);
    }

    /// <summary>Writes the next rows.</summary>
    /// <param name="rows">One or more whole rows.</param>
    /// <exception cref="ArgumentException">They are not whole, or more than the picture has.</exception>
    public void Write(ReadOnlySpan<byte> rows)
    {
        if (rows.Length % _rowBytes != 0 || rows.Length / _rowBytes > _rowsLeft)
            throw new ArgumentException($"{rows.Length} bytes are not some of the {_rowsLeft} rows of {_rowBytes} bytes that are wanted.", nameof(rows));
        for (; rows.Length > 0; rows = rows[_rowBytes..], _rowsLeft--)
        {
            var row = rows[.._rowBytes];
            Subtract(row, _previous, _filtered.AsSpan(1));
            _compressor.Write(_filtered);
            row.CopyTo(_previous);
        }
    }

    /// <summary>Ends the file.</summary>
    /// <exception cref="InvalidOperationException">Rows are missing.</exception>
    public void Complete()
    {
        if (_rowsLeft > 0)
            throw new InvalidOperationException($"{_rowsLeft} rows are missing.");
        _compressor.Dispose();
        _data.Flush();
        PngChunks.Write(_output, "IEND"u8, []);
    }

    /// <inheritdoc/>
    public void Dispose() => _compressor.Dispose();

    static void Subtract(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> difference)
    {
        var i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            (new Vector<byte>(row[i..]) - new Vector<byte>(above[i..])).CopyTo(difference[i..]);
        for (; i < row.Length; i++)
            difference[i] = (byte)(row[i] - above[i]);
    }
}
