namespace FastCam.Video.Network.Http;

/// <summary>A stream whose beginning has been read already.</summary>
sealed class PrefixedStream(ReadOnlyMemory<byte> start, Stream rest) : ReadOnlyStream
{
    ReadOnlyMemory<byte> _start = start;

    /// <summary>The beginning, as far as it was not read again.</summary>
    public ReadOnlySpan<byte> Start => _start.Span;

    /// <summary>Looks at the first bytes of a stream: so many, unless it ends before.</summary>
    public static PrefixedStream Peek(Stream stream, int count)
    {
        var start = new byte[count];
        return new(start.AsMemory(0, stream.ReadAtLeast(start, count, throwOnEndOfStream: false)), stream);
    }

    public override int Read(Span<byte> buffer)
    {
        if (_start.IsEmpty)
            return rest.Read(buffer);
        var count = Math.Min(buffer.Length, _start.Length);
        _start.Span[..count].CopyTo(buffer);
        _start = _start[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        rest.Dispose();
        base.Dispose(disposing);
    }
}
