namespace FastCam.Video.FFmpeg;

/// <summary>Adds up FFmpeg's "RTP: missed 3 packets" while its log streams by, whatever the pieces it comes in.</summary>
sealed class MissedPackets
{
    long _count;
    long _number;
    int _matched; // letters of the pattern so far; past its end, digits follow

    static ReadOnlySpan<byte> Pattern => "RTP: missed "u8;

    public long Count => Volatile.Read(ref _count);

    public void Read(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            if (_matched == 0)
            {
                var start = text.IndexOf(Pattern[0]);
                if (start < 0)
                    return;
                text = text[start..];
            }

            Take(text[0]);
            text = text[1..];
        }
    }

    void Take(byte letter)
    {
        if (_matched < Pattern.Length)
        {
            _matched = letter == Pattern[_matched] ? _matched + 1 : letter == Pattern[0] ? 1 : 0;
            return;
        }

        if (letter is >= (byte)'0' and <= (byte)'9' && _number < int.MaxValue)
        {
            _number = 10 * _number + letter - '0';
            return;
        }

        Volatile.Write(ref _count, _count + _number);
        (_number, _matched) = (0, letter == Pattern[0] ? 1 : 0);
    }
}
