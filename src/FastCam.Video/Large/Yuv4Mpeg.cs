using System.Globalization;
using System.Text;

namespace FastCam.Video;

/// <summary>The lines of text that stand before the planes of the first frame of a YUV4MPEG2 stream.</summary>
static class Yuv4Mpeg
{
    const int LongestLine = 256;

    /// <summary>Reads up to the first plane.</summary>
    /// <returns>The frames' size; null where the stream ends before it has a frame.</returns>
    public static (int Width, int Height)? ReadHeader(Stream stream)
    {
        var words = ReadLine(stream).Split(' ');
        return words[0] == "YUV4MPEG2" && Number(words, 'W') is { } width && Number(words, 'H') is { } height && ReadLine(stream).StartsWith("FRAME", StringComparison.Ordinal)
            ? (width, height)
            : null;
    }

    static int? Number(string[] words, char tag)
    {
        foreach (var word in words)
        {
            if (word.StartsWith(tag) && int.TryParse(word.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
                return number;
        }

        return null;
    }

    static string ReadLine(Stream stream)
    {
        var line = new StringBuilder();
        for (var next = stream.ReadByte(); next >= 0 && next != '\n' && line.Length < LongestLine; next = stream.ReadByte())
            line.Append((char)next);
        return line.ToString();
    }
}
