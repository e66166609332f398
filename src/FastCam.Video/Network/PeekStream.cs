namespace FastCam.Video.Network;

/// <summary>A stream whose beginning is looked at before it is read.</summary>
sealed class PeekStream(Stream inner) : ReadOnlyStream
{
    readonly byte[] _start = new byte[16];
    int _length = -1;
    int _position;

    public bool BeginsWith(ReadOnlySpan<byte> text)
    {
        if (_length < 0)
            _length = inner.ReadAtLeast(_start, _start.Length, throwOnEndOfStream: false);
        return _start.AsSpan(0, _length).StartsWith(text);
    }

    public override int Read(Span<byte> buffer)
    {
        if (_position >= _length)
            return inner.Read(buffer);
        var count = Math.Min(buffer.Length, _length - _position);
        _start.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
