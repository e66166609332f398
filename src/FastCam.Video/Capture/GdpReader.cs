using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using FastCam.Video.Frames;

namespace FastCam.Video.Capture;

/// <summary>
/// Reads raw I420 frames in GStreamer's Data Protocol 1.0 (gdppay), which carries each buffer's timestamp and the
/// capabilities of those that follow. Reading a frame allocates nothing.
/// </summary>
sealed partial class GdpReader(Stream stream) : IFrameReader
{
    const int HeaderLength = 62;
    const int TypeBuffer = 1, TypeCapabilities = 2;
    const int LargestText = 64 * 1024;
    const int RowAlignment = 4; // GStreamer pads rows of I420 to four bytes, and an odd height to an even one

    readonly byte[] _header = new byte[HeaderLength];
    readonly byte[] _row = new byte[FrameFormat.MaximumWidth + RowAlignment];
    TimeSpan _lastTime = TimeSpan.FromTicks(-1);

    public FrameFormat Format { get; private set; }

    public bool TryReadHeader(out TimeSpan presentationTime)
    {
        presentationTime = default;
        try
        {
            while (true)
            {
                stream.ReadExactly(_header);
                if (_header[0] != 1)
                    throw IFrameReader.Damage("it is no GDP 1.0");
                var type = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(4));
                var length = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(6));
                if (type == TypeBuffer)
                {
                    presentationTime = Announce(length, BinaryPrimitives.ReadUInt64BigEndian(_header.AsSpan(10)));
                    return true;
                }

                if (length > LargestText)
                    throw IFrameReader.Damage("a description is too long");
                var text = new byte[length];
                stream.ReadExactly(text);
                if (type == TypeCapabilities)
                    Read(Encoding.UTF8.GetString(text));
            }
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    public bool TryReadPixels(Span<byte> pixels)
    {
        if (pixels.Length != Format.ByteCount)
            throw Format.WrongLength(pixels.Length, nameof(pixels));
        try
        {
            var luma = Format.LumaByteCount;
            ReadPlane(pixels[..luma], Format.Width, Format.Height, padding: Format.Height % 2);
            ReadPlane(pixels.Slice(luma, Format.ChromaByteCount), Format.ChromaWidth, Format.ChromaHeight);
            ReadPlane(pixels[(luma + Format.ChromaByteCount)..], Format.ChromaWidth, Format.ChromaHeight);
            return true;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    public bool TrySkipPixels()
    {
        try
        {
            for (var left = PaddedByteCount(Format); left > 0;)
            {
                var piece = _row.AsSpan(0, Math.Min(left, _row.Length));
                stream.ReadExactly(piece);
                left -= piece.Length;
            }

            return true;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    TimeSpan Announce(uint length, ulong nanoseconds)
    {
        if (Format.Width == 0)
            throw IFrameReader.Damage("a frame comes before its description");
        if (length != PaddedByteCount(Format))
            throw IFrameReader.Damage($"a frame of {length} bytes is none of {Format}");
        // A buffer may have no timestamp; one tick after its predecessor keeps the order.
        return _lastTime = nanoseconds < long.MaxValue ? new TimeSpan((long)(nanoseconds / 100)) : _lastTime + TimeSpan.FromTicks(1);
    }

    void Read(string capabilities)
    {
        if (!capabilities.Contains("I420") || Number(Width().Match(capabilities)) is not (> 0 and <= FrameFormat.MaximumWidth and var width)
            || Number(Height().Match(capabilities)) is not (> 0 and <= FrameFormat.MaximumHeight and var height))
        {
            throw new MediaException(
                MediaFault.SourceUnreadable,
                $"frames must be I420 of at most {FrameFormat.MaximumWidth}x{FrameFormat.MaximumHeight}, "
                + $"not {capabilities[..Math.Min(160, capabilities.Length)]}.");
        }

        Format = new FrameFormat(width, height);
    }

    // The luma plane of an odd height is padded by a row; the chroma planes are halves of the even height.
    void ReadPlane(Span<byte> plane, int width, int height, int padding = 0)
    {
        var stride = Padded(width);
        if (stride == width)
        {
            stream.ReadExactly(plane);
        }
        else
        {
            for (var y = 0; y < height; y++)
            {
                stream.ReadExactly(_row.AsSpan(0, stride));
                _row.AsSpan(0, width).CopyTo(plane[(y * width)..]);
            }
        }

        if (padding > 0)
            stream.ReadExactly(_row.AsSpan(0, stride));
    }

    static int PaddedByteCount(FrameFormat format) =>
        Padded(format.Width) * ((format.Height + 1) / 2 * 2) + 2 * Padded(format.ChromaWidth) * format.ChromaHeight;

    static int Padded(int width) => (width + RowAlignment - 1) / RowAlignment * RowAlignment;

    static int Number(Match match) => match.Success ? int.Parse(match.Groups[1].Value) : 0;

    [GeneratedRegex(@"width=\(int\)(\d{1,6})")]
    private static partial Regex Width();

    [GeneratedRegex(@"height=\(int\)(\d{1,6})")]
    private static partial Regex Height();
}
