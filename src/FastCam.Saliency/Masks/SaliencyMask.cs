using System.Runtime.CompilerServices;

namespace FastCam.Saliency.Masks;

/// <summary>
/// Which pixels of an image stay: the most salient ones (KAR, keep and retrain) or all but those (ROAR, remove and retrain).
/// The counts are exact: among equally salient pixels those of lower index are taken for the more salient. Time is linear in the
/// number of pixels, and no call allocates.
/// </summary>
public static class SaliencyMask
{
    const int DigitBits = 11;
    const int Digits = 1 << DigitBits;

    /// <summary>round(fraction · pixels), halves away from zero, computed in float64.</summary>
    /// <param name="fraction">0 to 1.</param>
    /// <param name="pixels">How many pixels there are, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not in 0..1, or the number of pixels is negative.</exception>
    public static int Count(double fraction, int pixels)
    {
        if (!(fraction is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The fraction of the pixels lies between 0 and 1.");
        ArgumentOutOfRangeException.ThrowIfNegative(pixels);
        return (int)Math.Round(fraction * pixels, MidpointRounding.AwayFromZero);
    }

    /// <summary>The KAR mask: the <see cref="Count"/> most salient pixels stay.</summary>
    /// <param name="map">A map of any size and range; NaN is less salient than any number.</param>
    /// <param name="fraction">The part that stays, 0 to 1.</param>
    /// <param name="stays">One value a pixel: true where the image stays.</param>
    /// <returns>How many pixels stay.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the fraction is not in 0..1.</exception>
    public static int Keep(ReadOnlySpan<float> map, double fraction, Span<bool> stays)
    {
        var count = Count(fraction, map.Length);
        Mark(map, count, true, stays);
        return count;
    }

    /// <summary>The ROAR mask: the <see cref="Count"/> most salient pixels go. The complement of <see cref="Keep"/>.</summary>
    /// <param name="map">A map of any size and range; NaN is less salient than any number.</param>
    /// <param name="fraction">The part that goes, 0 to 1.</param>
    /// <param name="stays">One value a pixel: true where the image stays.</param>
    /// <returns>How many pixels stay.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the fraction is not in 0..1.</exception>
    public static int Remove(ReadOnlySpan<float> map, double fraction, Span<bool> stays)
    {
        var count = Count(fraction, map.Length);
        Mark(map, count, false, stays);
        return map.Length - count;
    }

    static void Mark(ReadOnlySpan<float> map, int count, bool mark, Span<bool> stays)
    {
        if (map.Length != stays.Length)
            throw new ArgumentException($"A map of {map.Length} pixels does not fit a mask of {stays.Length}.", nameof(stays));
        if (count == 0)
        {
            stays.Fill(!mark);
            return;
        }

        var (threshold, ties) = Threshold(map, count);
        for (var i = 0; i < map.Length; i++)
        {
            var key = Key(map[i]);
            var chosen = key > threshold || (key == threshold && ties-- > 0);
            stays[i] = chosen == mark;
        }
    }

    /// <summary>The key of the last pixel chosen, and how many of that key are, found digit by digit from the highest.</summary>
    static (uint Key, int Ties) Threshold(ReadOnlySpan<float> map, int count)
    {
        Span<int> histogram = stackalloc int[Digits];
        uint found = 0, known = 0;
        for (var shift = 32 - DigitBits; ; shift = Math.Max(shift - DigitBits, 0))
        {
            histogram.Clear();
            foreach (var value in map)
            {
                var key = Key(value);
                if ((key & known) == found)
                    histogram[(int)(key >> shift) & (Digits - 1)]++;
            }

            var digit = Digits - 1;
            for (; histogram[digit] < count; digit--)
                count -= histogram[digit];
            found |= (uint)digit << shift;
            known |= (uint)(Digits - 1) << shift;
            if (shift == 0)
                return (found, count);
        }
    }

    /// <summary>An integer that orders as the value does; both zeros have the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint Key(float value)
    {
        const uint Sign = 1u << 31;
        if (float.IsNaN(value))
            return 0;
        var bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return (bits & Sign) != 0 ? ~bits : bits | Sign;
    }
}
