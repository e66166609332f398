using FastCam.Saliency;

namespace FastCam.Tests.Saliency;

public sealed class TextPainterTests
{
    const string Ascii = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

    [Fact]
    public void Every_letter_has_a_form_of_its_own_and_what_has_none_is_a_box()
    {
        var forms = (Ascii + "×…–·漢").Select(letter => Convert.ToHexString(BitmapFont.Glyph(letter))).ToList();

        Assert.Equal(forms.Count, forms.Distinct().Count());
        Assert.True(BitmapFont.Glyph('é').SequenceEqual(BitmapFont.Glyph('漢')));
        Assert.Equal(-1, BitmapFont.Glyph(' ').IndexOfAnyExcept((byte)0));
    }

    [Theory]
    [InlineData(1, 4, 6)]
    [InlineData(2, 5, 3)]
    [InlineData(3, 0, 0)]
    public void A_text_can_be_read_back(int scale, int x, int y)
    {
        var picture = new Picture(700, 60, seed: 1);
        TextPainter.Draw(picture.View, "3 relu_5/Conv [112×112×64] ~100%", x, y, scale);

        Assert.Equal("3 relu_5/Conv [112×112×64] ~100%", BitmapText.Read(picture.View, x, y, scale, 32));
    }

    [Fact]
    public void The_picture_is_darkened_behind_the_text_and_untouched_elsewhere()
    {
        var (before, after) = (new Picture(61, 41, seed: 1), new Picture(61, 41, seed: 1));
        TextPainter.Draw(after.View, "  ", 8, 10, 2);
        var (width, height) = TextPainter.Measure(2, 2);
        Assert.Equal((26, 22), (width, height));
        for (var plane = 0; plane < 3; plane++)
        {
            var (pitch, dark) = plane == 0 ? (1, 0) : (2, 128);
            for (var y = 0; y < before.PlaneHeight(plane); y++)
            {
                for (var x = 0; x < before.PlaneWidth(plane); x++)
                {
                    var sample = before.Sample(plane, x, y);
                    var inside = x * pitch >= 8 && x * pitch < 8 + width && y * pitch >= 10 && y * pitch < 10 + height;
                    Assert.Equal(inside ? dark + 0.3 * (sample - dark) : sample, after.Sample(plane, x, y), inside ? 1.0 : 0);
                }
            }
        }
    }

    [Theory]
    [InlineData(-40, -7)]
    [InlineData(20, 12)]
    [InlineData(500, 500)]
    [InlineData(-500, -500)]
    public void What_does_not_fit_is_clipped(int x, int y)
    {
        var picture = new Picture(31, 17, seed: 1);
        TextPainter.Draw(picture.View, "clipped", x, y, 2);

        picture.AssertGuardsAreIntact();
    }

    [Theory]
    [InlineData("relu", 4, "relu")]
    [InlineData("a_very_long_name", 9, "a_ve…name")]
    [InlineData("a_very_long_name", 8, "a_ve…ame")]
    [InlineData("name", 2, "n…")]
    [InlineData("name", 1, "…")]
    [InlineData("name", 0, "")]
    [InlineData("name", -3, "")]
    public void A_long_name_loses_its_middle(string name, int characters, string expected) =>
        Assert.Equal(expected, TextPainter.Shorten(name, characters));

    [Theory]
    [InlineData(320, 240, 1)]
    [InlineData(1280, 720, 2)]
    [InlineData(1080, 1920, 3)]
    [InlineData(3840, 2160, 6)]
    [InlineData(1, 1, 1)]
    public void Letters_grow_with_the_picture(int width, int height, int scale) => Assert.Equal(scale, TextPainter.ScaleFor(width, height));

    [Fact]
    public void Nothing_is_allocated()
    {
        var picture = new Picture(101, 31, seed: 1);
        AllocationTests.AssertAllocatesNothing(() => TextPainter.Draw(picture.View, "12.5 fps", 3, 3, 1));
    }
}
