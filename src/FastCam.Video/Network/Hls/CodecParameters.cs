using System.Buffers.Binary;

namespace FastCam.Video.Network.Hls;

/// <summary>
/// The codec parameters in the first packets of an MPEG-TS segment: where they differ from those of the segment before, another size or profile
/// begins, whether the playlist says so or not.
/// </summary>
static class CodecParameters
{
    /// <summary>So many bytes of a segment tell: tables, some sound and the beginning of the first frame.</summary>
    public const int StartBytes = 64 * PacketLength;

    const int PacketLength = 188;
    const byte Sync = 0x47;
    const int PacketStart = 0x40, HasAdaptation = 0x20, HasPayload = 0x10; // bits of a packet's header
    const int Longest = 64; // of an H.264 sequence parameter set, and of the part of an HEVC one that holds the size

    /// <summary>Returns the sequence parameter set of H.264 or HEVC, or the size of MPEG-2; empty where none is found.</summary>
    /// <param name="start">The segment's first bytes.</param>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> start)
    {
        var elementary = new byte[StartBytes].AsSpan(); // the first packets of the video alone, without what carries them
        var (length, video) = (0, -1);
        for (; start.Length >= PacketLength && start[0] == Sync; start = start[PacketLength..])
        {
            var packet = start[..PacketLength];
            var (flags, identity) = (packet[3], BinaryPrimitives.ReadUInt16BigEndian(packet[1..]) & 0x1FFF);
            if ((flags & HasPayload) == 0)
                continue;
            var header = (flags & HasAdaptation) == 0 ? 4 : 5 + packet[4];
            if (header >= PacketLength)
                continue;
            var payload = packet[header..];
            var isVideo = (packet[1] & PacketStart) != 0 && payload is [0, 0, 1, >= 0xE0 and <= 0xEF, ..];
            if (video < 0 && isVideo)
                video = identity;
            if (identity != video)
                continue;
            payload.CopyTo(elementary[length..]);
            length += payload.Length;
        }

        return FirstSet(elementary[..length]);
    }

    // Of the start codes of each codec, the one of its parameters is the first of those that are looked for.
    static ReadOnlySpan<byte> FirstSet(ReadOnlySpan<byte> stream)
    {
        ReadOnlySpan<byte> code = [0, 0, 1];
        for (var at = stream.IndexOf(code); at >= 0 && at + 3 < stream.Length; at = stream.IndexOf(code))
        {
            stream = stream[(at + 3)..];
            if (stream is [0xB3, _, _, _, ..])
                return stream[..4];
            if (stream is [0x67 or 0x47 or 0x27, ..] or [0x42, 0x01, ..])
            {
                var set = stream[..Math.Min(Longest, stream.Length)];
                var end = set.IndexOf(code);
                return (end < 0 ? set : set[..end]).TrimEnd((byte)0);
            }
        }

        return [];
    }
}
