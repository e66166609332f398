using System.Buffers.Binary;
using System.Text;

namespace FastCam.Video.Jpeg;

/// <summary>
/// Cuts JPEG images out of a stream by their own markers, whatever stands before, between and behind them. Each segment is passed over by its length,
/// so that a thumbnail in it is no image, and coded pixels by their escapes. Every byte is looked at once or twice, and memory is bounded.
/// </summary>
sealed class JpegReader(Stream stream)
{
    /// <summary>The longest image in bytes; a longer one is passed over.</summary>
    public const int LongestImage = 1 << 25;

    /// <summary>After so many bytes without an image there will be none.</summary>
    public const int LongestGap = 1 << 22;

    const int FirstRoom = 1 << 16;
    const int OpeningBytes = 512;
    const byte Mark = 0xFF, Escaped = 0, Temporary = 0x01, FirstRestart = 0xD0, LastRestart = 0xD7, Start = 0xD8, End = 0xD9, Scan = 0xDA;

    static ReadOnlySpan<byte> Beginning => [Mark, Start, Mark];

    byte[] _bytes = new byte[FirstRoom];
    int _start; // of the image that was given last, or of what was not looked at yet
    int _end;
    int _given; // the length of the image that was given last

    /// <summary>How the stream begins, as text.</summary>
    public string Opening { get; private set; } = "";

    /// <summary>Returns the next image, from its first marker to its last; where the last is missing, to the next image's first.</summary>
    /// <returns>The image, which stays until the next call; empty at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">There is none in so many bytes.</exception>
    public ReadOnlyMemory<byte> Next()
    {
        _start += _given;
        _given = 0;
        for (long gap = 0; gap <= LongestGap;)
        {
            if (!Has(3))
                return default;
            var found = _bytes.AsSpan(_start, _end - _start).IndexOf(Beginning);
            var passed = found < 0 ? _end - _start - 2 : found;
            _start += passed;
            gap += passed;
            if (found < 0)
                continue;
            if (TryMeasure(out var length))
            {
                _given = length;
                return _bytes.AsMemory(_start, length);
            }

            // What was walked over is not searched again, or hostile bytes could make the search as slow as they like.
            passed = Math.Min(length, _end - _start);
            _start += passed;
            gap += passed;
        }

        throw new InvalidDataException($"no JPEG in {LongestGap >> 20} MiB");
    }

    /// <summary>Returns all that was read from the stream and not passed over, the last image first.</summary>
    public ReadOnlyMemory<byte> Unread => _bytes.AsMemory(_start, _end - _start);

    /// <summary>Walks from marker to marker.</summary>
    /// <param name="at">The image's length; where it is none, how far the walk came.</param>
    bool TryMeasure(out int at)
    {
        at = 2;
        var hasScan = false;
        while (Has(at + 2) && this[at] == Mark)
        {
            switch (this[at + 1])
            {
                case Mark:
                    at++; // any number of these may stand before a marker
                    continue;
                case End:
                    at += 2;
                    return hasScan;
                case Start:
                    return hasScan;
                case Temporary or (>= FirstRestart and <= LastRestart):
                    at += 2;
                    continue;
                case Escaped:
                    return false;
            }

            if (!Has(at + 4))
                return false;
            var isScan = this[at + 1] == Scan;
            var length = BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(_start + at + 2));
            if (length < 2)
                return false;
            at += 2 + length;
            if (isScan && !TryPassScan(ref at))
                return false;
            hasScan |= isScan;
        }

        return false;
    }

    /// <summary>Passes over coded pixels, to the marker behind them.</summary>
    bool TryPassScan(ref int at)
    {
        while (Has(at + 2))
        {
            var rest = _bytes.AsSpan(_start + at, _end - _start - at - 1);
            var found = rest.IndexOf(Mark);
            at += found < 0 ? rest.Length : found;
            if (found < 0)
                continue;
            switch (this[at + 1])
            {
                case Escaped or (>= FirstRestart and <= LastRestart):
                    at += 2;
                    continue;
                case Mark:
                    at++;
                    continue;
                default:
                    return true;
            }
        }

        return false;
    }

    byte this[int at] => _bytes[_start + at];

    /// <summary>Reads on until there are so many bytes from the start.</summary>
    /// <returns>False where the stream ends before, or where these would be too many.</returns>
    bool Has(int count)
    {
        while (_end - _start < count)
        {
            if (count > LongestImage)
                return false;
            if (_end == _bytes.Length)
                MakeRoom();
            var read = stream.Read(_bytes.AsSpan(_end));
            if (read == 0)
                return false;
            _end += read;
            if (Opening.Length == 0)
                Opening = Encoding.Latin1.GetString(_bytes, 0, Math.Min(_end, OpeningBytes));
        }

        return true;
    }

    void MakeRoom()
    {
        if (_start == 0)
        {
            Array.Resize(ref _bytes, 2 * _bytes.Length);
            return;
        }

        _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
        (_start, _end) = (0, _end - _start);
    }
}
