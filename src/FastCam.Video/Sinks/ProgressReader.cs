namespace FastCam.Video.Sinks;

/// <summary>Picks the count of written frames out of what FFmpeg's <c>-progress</c> writes: lines <c>frame=123</c>. Allocates nothing.</summary>
struct ProgressReader
{
    static ReadOnlySpan<byte> Key => "frame="u8;

    int _column; // -1: this line is another one
    long _value;

    /// <summary>The last count that was read whole.</summary>
    public long Frames { get; private set; }

    public void Read(ReadOnlySpan<byte> text)
    {
        foreach (var letter in text)
        {
            if (letter == '\n')
            {
                if (_column > Key.Length)
                    Frames = _value;
                _column = 0;
                _value = 0;
            }
            else if (_column >= Key.Length)
            {
                if (char.IsAsciiDigit((char)letter))
                {
                    _value = _value * 10 + letter - '0';
                    _column++;
                }
            }
            else if (_column >= 0)
            {
                _column = letter == Key[_column] ? _column + 1 : -1;
            }
        }
    }
}
