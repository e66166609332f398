namespace FastCam.Video.Network.Hls;

/// <summary>A part of another stream: the bytes before it are passed over, and it ends after its length.</summary>
/// <param name="inner">The other stream; disposed of with this one.</param>
/// <param name="skip">Bytes before the part.</param>
/// <param name="length">Its bytes; null: to the end.</param>
sealed class RangedStream(Stream inner, long skip, long? length) : ReadOnlyStream
{
    long _skip = skip;
    long? _left = length;

    /// <exception cref="InvalidDataException">The other stream ends before the part does.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_left is { } left && left < buffer.Length)
            buffer = buffer[..(int)left];
        if (buffer.IsEmpty)
            return 0;
        for (; _skip > 0; _skip -= Some(buffer[..(int)Math.Min(_skip, buffer.Length)]))
        {
        }

        var count = _left is null ? inner.Read(buffer) : Some(buffer);
        _left -= count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    int Some(Span<byte> buffer) => inner.Read(buffer) is > 0 and var count ? count : throw new InvalidDataException("the file ends before the range does");
}
