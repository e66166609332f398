using System.Text;

namespace FastCam.Video.Network;

/// <summary>
/// A connection to an HTTP server, without the lines in the heads of its responses that are no headers. Browsers pass over such lines, and .NET
/// refuses the whole response. A head comes after a request has been written; whatever else comes is handed on as it is.
/// </summary>
/// <param name="inner">The connection; disposed of with this one.</param>
sealed class TolerantHttpStream(Stream inner) : Stream
{
    const int LargestHead = 64 * 1024; // .NET refuses a longer one

    byte[] _head = []; // of it, what has not been handed on
    int _given;
    bool _isDue = true;

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
        if (buffer.IsEmpty)
            return _given < _head.Length ? 0 : inner.Read(buffer); // .NET asks so whether anything has come
        if (_isDue)
            TakeHead();
        return _given < _head.Length ? Give(buffer) : inner.Read(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // .NET reads so only between responses, and to see whether an idle connection is still there.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop = default) =>
        _given < _head.Length ? ValueTask.FromResult(Give(buffer.Span)) : inner.ReadAsync(buffer, stop);

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

    int Give(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _head.Length - _given);
        _head.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    void TakeHead()
    {
        var start = new byte[LargestHead];
        var (count, end) = (0, -1);
        while (end < 0 && count < start.Length)
        {
            var read = inner.Read(start.AsSpan(count));
            if (read == 0)
                break;
            count += read;
            end = EndOf(start.AsSpan(0, count));
        }

        _head = end < 0 ? start[..count] : [.. Mend(start.AsSpan(0, end)), .. start.AsSpan(end, count - end)];
        _given = 0;
        _isDue = false;
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
        var kept = lines.Where((line, at) => at == 0 || line.Trim().Length == 0 || line[0] is ' ' or '\t' || IsHeader(line));
        return Encoding.Latin1.GetBytes(string.Join('\n', kept));
    }

    /// <summary>Whether a line is a name, a colon and a value (RFC 9110, section 5.1).</summary>
    static bool IsHeader(string line)
    {
        var name = line.AsSpan(0, Math.Max(0, line.IndexOf(':')));
        return name.Length > 0 && name.IndexOfAnyExceptInRange('!', '~') < 0 && name.IndexOfAny("\"(),/:;<=>?@[\\]{}") < 0;
    }
}
