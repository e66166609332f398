using System.Text;
using FastCam.Saliency;

namespace FastCam.Tests.Saliency;

/// <summary>Reads back what TextPainter wrote, letter by letter.</summary>
static unsafe class BitmapText
{
    /// <param name="picture">The picture.</param>
    /// <param name="x">The left edge of the text's backing.</param>
    /// <param name="y">Its upper edge.</param>
    /// <param name="scale">Picture pixels a font pixel.</param>
    /// <param name="characters">How many to read; blanks at the end are left out.</param>
    public static string Read(I420 picture, int x, int y, int scale, int characters)
    {
        var text = new StringBuilder();
        for (var i = 0; i < characters; i++)
            text.Append(Letter(picture, x + (1 + 6 * i) * scale, y + scale, scale));
        return text.ToString().TrimEnd();
    }

    static char Letter(I420 picture, int left, int top, int scale)
    {
        var rows = new byte[BitmapFont.Height];
        for (var row = 0; row < BitmapFont.Height; row++)
        {
            for (var column = 0; column < BitmapFont.Width; column++)
            {
                var (x, y) = (left + column * scale + scale / 2, top + row * scale + scale / 2);
                if (x < picture.Width && y < picture.Height && picture.Y[(nint)y * picture.StrideY + x] == 235)
                    rows[row] |= (byte)(1 << (BitmapFont.Width - 1 - column));
            }
        }

        return Enumerable.Range(' ', 95).Select(code => (char)code).Concat("×…–·").First(letter => BitmapFont.Glyph(letter).SequenceEqual(rows));
    }
}
