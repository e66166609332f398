using System.Buffers.Binary;

namespace FastCam.Video;

/// <summary>Cuts the compressed pixels of a PNG into IDAT chunks of bounded size.</summary>
sealed class PngChunks(Stream output) : Stream
{
    static readonly uint[] CrcTable = Tabulate();

    readonly byte[] _chunk = new byte[1 << 16];
    int _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Writes one whole chunk: length, name, data, and the CRC of the latter two.</summary>
    public static void Write(Stream output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        output.Write(number);
        output.Write(name);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, name), data));
        output.Write(number);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var part = buffer[..Math.Min(buffer.Length, _chunk.Length - _length)];
            part.CopyTo(_chunk.AsSpan(_length));
            _length += part.Length;
            buffer = buffer[part.Length..];
            if (_length == _chunk.Length)
                Flush();
        }
    }

    public override void Flush()
    {
        if (_length == 0)
            return;
        Write(output, "IDAT"u8, _chunk.AsSpan(0, _length));
        _length = 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return crc;
    }

    static uint[] Tabulate()
    {
        const uint Polynomial = 0xEDB88320;
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            table[i] = i;
            for (var bit = 0; bit < 8; bit++)
                table[i] = (table[i] & 1) != 0 ? Polynomial ^ (table[i] >> 1) : table[i] >> 1;
        }

        return table;
    }
}
