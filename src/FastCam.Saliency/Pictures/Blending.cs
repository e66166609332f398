using System.Numerics;

namespace FastCam.Saliency;

/// <summary>
/// Blending in 8-bit fixed point: a share of the frame's sample is kept, and what comes in its place, the addend, is already
/// multiplied by its own share and carries the half that rounds.
/// </summary>
static class Blending
{
    public const int One = 256;

    /// <summary>What rounds a sum to the nearest sample.</summary>
    public const int Half = One / 2;

    public static int Share(double opacity) => (int)Math.Round(opacity * One);

    public static ushort Addend(double sample, int share) => (ushort)Math.Round(sample * share + Half);

    /// <summary>destination = (source · keep + addend) / 256.</summary>
    public static void Mix(ReadOnlySpan<byte> source, int keep, ReadOnlySpan<ushort> addends, Span<byte> destination)
    {
        var half = Vector<ushort>.Count;
        var factor = new Vector<ushort>((ushort)keep);
        var i = 0;
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(source[i..]), out var lower, out var upper);
            lower = (lower * factor + new Vector<ushort>(addends[i..])) >>> 8;
            upper = (upper * factor + new Vector<ushort>(addends[(i + half)..])) >>> 8;
            Vector.Narrow(lower, upper).CopyTo(destination[i..]);
        }

        for (; i < source.Length; i++)
            destination[i] = (byte)((source[i] * keep + addends[i]) >> 8);
    }

    /// <summary>The same with a share to keep for each sample.</summary>
    public static void Mix(ReadOnlySpan<byte> source, ReadOnlySpan<ushort> keeps, ReadOnlySpan<ushort> addends, Span<byte> destination)
    {
        var half = Vector<ushort>.Count;
        var i = 0;
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(source[i..]), out var lower, out var upper);
            lower = (lower * new Vector<ushort>(keeps[i..]) + new Vector<ushort>(addends[i..])) >>> 8;
            upper = (upper * new Vector<ushort>(keeps[(i + half)..]) + new Vector<ushort>(addends[(i + half)..])) >>> 8;
            Vector.Narrow(lower, upper).CopyTo(destination[i..]);
        }

        for (; i < source.Length; i++)
            destination[i] = (byte)((source[i] * keeps[i] + addends[i]) >> 8);
    }
}
