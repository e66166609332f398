using System.Globalization;
using System.Text.RegularExpressions;
using FastCam.Video.Jpeg;

namespace FastCam.Video.Network.Http;

/// <summary>
/// The JPEG images of a server's answer as MIME parts that say the truth: with one boundary, type and length. What stood between the images in the answer
/// is left out, since servers misstate it in every way. Reading allocates nothing once the images have reached their size.
/// </summary>
/// <param name="address">The server's.</param>
/// <param name="type">The answer's type, as the server states it.</param>
/// <param name="body">The answer.</param>
sealed partial class MotionJpegStream(StreamAddress address, string type, Stream body) : ReadOnlyStream
{
    static readonly byte[] Tail = [.. "\r\n"u8], MissingEnd = [0xFF, 0xD9, .. Tail];

    static ReadOnlySpan<byte> Head => "--fastcam\r\nContent-Type: image/jpeg\r\nContent-Length: "u8;

    static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    readonly JpegReader _images = new(body);
    readonly byte[] _headBytes = [.. Head, .. new byte[32]];
    ReadOnlyMemory<byte> _head, _image, _tail;
    bool _hasImage;

    /// <exception cref="MediaException">There is no JPEG in the answer.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_tail.IsEmpty && !Open())
            return 0;
        ref var piece = ref _head;
        if (piece.IsEmpty)
            piece = ref _image;
        if (piece.IsEmpty)
            piece = ref _tail;
        var count = Math.Min(buffer.Length, piece.Length);
        piece.Span[..count].CopyTo(buffer);
        piece = piece[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        body.Dispose();
        base.Dispose(disposing);
    }

    /// <returns>False at the end of the stream.</returns>
    bool Open()
    {
        try
        {
            _image = _images.Next();
        }
        catch (InvalidDataException error)
        {
            throw WithoutJpeg(error);
        }

        if (_image.IsEmpty)
            return _hasImage ? false : throw WithoutJpeg(null);
        _hasImage = true;
        var isWhole = _image.Span.EndsWith(MissingEnd.AsSpan(0, 2));
        _tail = isWhole ? Tail : MissingEnd;
        var length = _image.Length + _tail.Length - Tail.Length;
        length.TryFormat(_headBytes.AsSpan(Head.Length), out var digits, default, CultureInfo.InvariantCulture);
        HeadEnd.CopyTo(_headBytes.AsSpan(Head.Length + digits));
        _head = _headBytes.AsMemory(0, Head.Length + digits + HeadEnd.Length);
        return true;
    }

    MediaException WithoutJpeg(Exception? error)
    {
        var part = PartType().Match(_images.Opening) is { Success: true } match ? $", in parts of {match.Groups[1].Value}" : "";
        var stated = type.Length > 0 ? type : "nothing";
        var end = _images.Opening.Length == 0 ? $"{address} ended before it sent anything" : $"{address} is no MJPEG: no JPEG is in what the server sends";
        return new(MediaFault.SourceUnreadable, $"{end} (it states {stated}{part}).", error) { Recovery = Recovery.BackOff };
    }

    [GeneratedRegex(@"^content-type:[ \t]*([\w./+-]{1,60})", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex PartType();
}
