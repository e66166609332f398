using FastCam.Video.Frames;

namespace FastCam.Video.Sources;

/// <summary>
/// A number burnt into the top of a frame so that it is still read after drawing over it, dimming and lossy coding. Each bit
/// is four cells, two of them white and two black, crosswise: which diagonal is white is the bit. Only the difference of the
/// two diagonals counts, in which brightness and its slope cancel out. Two rows of 16 bits hold 24 bits of the number and 8
/// check bits.
/// </summary>
static class BarCode
{
    /// <summary>Numbers are written modulo this one.</summary>
    public const int Range = 1 << 24;

    const int Rows = 2;
    const int BitsPerRow = 16;
    const int CellRows = 2 * Rows;
    const int CellsPerRow = 2 * BitsPerRow;
    const int LeastContrast = 6; // between the diagonals' means; without this bound any frame would seem to hold a number now and then
    const byte White = 255;
    const byte Black = 0;
    const byte Neutral = 128;

    /// <summary>The smallest frame that the code fits in.</summary>
    public const int SmallestWidth = 160, SmallestHeight = 90;

    /// <summary>Returns how many rows of pixels the code takes at the top.</summary>
    public static int HeightIn(FrameFormat format) => CellRows * CellHeight(format);

    /// <summary>Writes <paramref name="number"/> modulo <see cref="Range"/>.</summary>
    /// <param name="format">At least <see cref="SmallestWidth"/>×<see cref="SmallestHeight"/>.</param>
    /// <param name="pixels">The frame's three planes.</param>
    /// <param name="number">The number, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame is too small.</exception>
    public static void Write(FrameFormat format, Span<byte> pixels, long number)
    {
        if (!FitsIn(format))
            throw new ArgumentOutOfRangeException(nameof(format), $"A bar code needs {SmallestWidth}x{SmallestHeight}, not {format}.");
        var word = Encode((uint)(number % Range));
        var height = CellHeight(format);
        for (var row = 0; row < CellRows; row++)
        {
            var first = pixels.Slice(row * height * format.Width, format.Width);
            for (var cell = 0; cell < CellsPerRow; cell++)
            {
                var bit = word >> (row / 2 * BitsPerRow + cell / 2);
                first[Edge(format, cell)..Edge(format, cell + 1)].Fill(((bit ^ row ^ cell) & 1) == 0 ? White : Black);
            }

            for (var y = 1; y < height; y++)
                first.CopyTo(pixels[((row * height + y) * format.Width)..]);
        }

        var chroma = HeightIn(format) / 2 * format.ChromaWidth;
        pixels.Slice(format.LumaByteCount, chroma).Fill(Neutral);
        pixels.Slice(format.LumaByteCount + format.ChromaByteCount, chroma).Fill(Neutral);
    }

    /// <summary>Reads the number back from plane Y.</summary>
    /// <returns>False when there is none, or it is damaged.</returns>
    public static bool TryRead(FrameFormat format, ReadOnlySpan<byte> luma, out int number)
    {
        number = 0;
        if (!FitsIn(format))
            return false;
        var word = 0u;
        for (var bit = 0; bit < Rows * BitsPerRow; bit++)
        {
            var (row, cell) = (bit / BitsPerRow * 2, bit % BitsPerRow * 2);
            var difference = (Mean(format, luma, row, cell) + Mean(format, luma, row + 1, cell + 1)
                - Mean(format, luma, row, cell + 1) - Mean(format, luma, row + 1, cell)) / 2;
            if (Math.Abs(difference) < LeastContrast)
                return false;
            if (difference < 0)
                word |= 1u << bit;
        }

        number = (int)(word & (Range - 1));
        return Encode((uint)number) == word;
    }

    static bool FitsIn(FrameFormat format) => format is { Width: >= SmallestWidth, Height: >= SmallestHeight };

    // Video encoders pad odd sizes. The height follows from the next even size, so that the code stays where it was.
    static int CellHeight(FrameFormat format) => Math.Max(4, (format.Height + 1) / 2 / 36);

    static int Edge(FrameFormat format, int cell) => Math.Min(format.Width, cell * ((format.Width + 1) / 2) / BitsPerRow);

    // The mean leaves out the outermost pixels, which coding mixes with their neighbours.
    static double Mean(FrameFormat format, ReadOnlySpan<byte> luma, int row, int cell)
    {
        var height = CellHeight(format);
        var (left, right) = (Edge(format, cell) + 1, Edge(format, cell + 1) - 1);
        var (top, bottom) = (row * height + 1, (row + 1) * height - 1);
        var sum = 0;
        for (var y = top; y < bottom; y++)
        {
            foreach (var sample in luma[(y * format.Width + left)..(y * format.Width + right)])
                sum += sample;
        }

        return (double)sum / ((right - left) * (bottom - top));
    }

    // The upper byte holds CRC-8 with the polynomial x⁸+x²+x+1, inverted so that 32 equal bits are no number.
    static uint Encode(uint number)
    {
        var crc = number << 8;
        for (var bit = 31; bit >= 8; bit--)
        {
            if ((crc >> bit & 1) != 0)
                crc ^= 0x107u << (bit - 8);
        }

        return number | (~crc & 0xFF) << 24;
    }
}
