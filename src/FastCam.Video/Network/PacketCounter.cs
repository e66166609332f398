namespace FastCam.Video.Network;

/// <summary>Counts the RTP packets that are missing between those that came (RFC 3550: 16-bit sequence numbers).</summary>
sealed class PacketCounter
{
    const int SequenceAt = 4 + 2; // behind the header of the interleaved packet
    const int LargestGap = 3000; // more is a new sequence and no loss (RFC 3550, A.1)

    readonly int[] _last = new int[256];
    long _lost;

    public PacketCounter() => Array.Fill(_last, -1);

    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Takes note of an interleaved packet with its header.</summary>
    public void Count(ReadOnlySpan<byte> packet)
    {
        var channel = packet[1];
        if (packet.Length < SequenceAt + 2 || (channel & 1) != 0) // odd channels carry control packets
            return;
        var sequence = packet[SequenceAt] << 8 | packet[SequenceAt + 1];
        var gap = _last[channel] < 0 ? 1 : sequence - _last[channel] & 0xFFFF;
        if (gap is > 1 and <= LargestGap)
            Volatile.Write(ref _lost, _lost + gap - 1);
        _last[channel] = sequence;
    }
}
