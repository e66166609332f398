using System.Text;

namespace FastCam.Video.Network.Http;

/// <summary>
/// A connection to an HTTP server, without the lines in the heads of its responses that are no headers. Browsers pass over such lines, and .NET
/// refuses the whole response. A head comes after a request has been written; whatever else comes is handed on as it is.
/// </summary>
/// <param name="inner">The connection; disposed of with this one.</param>
sealed class TolerantHttpStream(Stream inner) : Stream
{
    const int LargestHead = 64 * 1024; // .NET refuses a longer one

    readonly byte[] _start = new byte[LargestHead]; // the head, and what came with it
    int _end;
    int _given; // of these bytes, so many have been handed on
    volatile bool _isDue = true;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_isDue && !buffer.IsEmpty)
        {
            while (!Took(inner.Read(Room.Span)))
            {
            }
        }

        return _given < _end ? Give(buffer) : inner.Read(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // On a connection that it uses again, .NET has a read under way before it writes the request, and the head comes by that.
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop = default)
    {
        if (_given < _end)
            return Give(buffer.Span);
        var count = await inner.ReadAsync(buffer, stop).ConfigureAwait(false);
        if (!_isDue || buffer.IsEmpty)
            return count;
        buffer[..count].CopyTo(Room);
        while (!Took(count))
            count = await inner.ReadAsync(Room, stop).ConfigureAwait(false);
        return Give(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken stop) =>
        ReadAsync(buffer.AsMemory(offset, count), stop).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _isDue = true;
        inner.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken stop = default)
    {
        _isDue = true;
        return inner.WriteAsync(buffer, stop);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken stop) =>
        WriteAsync(buffer.AsMemory(offset, count), stop).AsTask();

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken stop) => inner.FlushAsync(stop);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    Memory<byte> Room => _start.AsMemory(_end);

    int Give(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _end - _given);
        _start.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        if (_given == _end)
            (_given, _end) = (0, 0);
        return count;
    }

    /// <summary>Takes over what has been read into the room.</summary>
    /// <returns>Whether the head is whole, or there will be no more of it.</returns>
    bool Took(int count)
    {
        _end += count;
        var end = EndOf(_start.AsSpan(0, _end));
        if (end < 0 && count > 0 && _end < _start.Length)
            return false;
        if (end >= 0)
        {
            byte[] mended = [.. Mend(_start.AsSpan(0, end)), .. _start.AsSpan(end, _end - end)];
            mended.CopyTo(_start, 0);
            _end = mended.Length;
        }

        _isDue = false;
        return true;
    }

    /// <returns>-1 while the empty line has not come.</returns>
    static int EndOf(ReadOnlySpan<byte> text)
    {
        var isEmpty = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' && isEmpty)
                return i + 1;
            isEmpty = text[i] == '\n' || (isEmpty && text[i] == '\r');
        }

        return -1;
    }

    static byte[] Mend(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split('\n');
        var kept = lines.Where((line, at) => at == 0 || line.Trim('\r').Length == 0 || line[0] is ' ' or '\t' || IsHeader(line));
        return Encoding.Latin1.GetBytes(string.Join('\n', kept));
    }

    /// <summary>Whether a line is a name, a colon and a value (RFC 9110, section 5.1).</summary>
    static bool IsHeader(string line)
    {
        var name = line.AsSpan(0, Math.Max(0, line.IndexOf(':')));
        return name.Length > 0 && name.IndexOfAnyExceptInRange('!', '~') < 0 && name.IndexOfAny("\"(),/:;<=>?@[\\]{}") < 0;
    }
}
