using FastCam.Saliency.Overlays;

namespace FastCam.Tests.Saliency;

public sealed class TextFitTests
{
    /// <summary>Letters of ten columns; i and … are narrow.</summary>
    sealed class Typewriter : ITextRenderer
    {
        public int Measure(ReadOnlySpan<char> text, int height)
        {
            var width = 0;
            foreach (var letter in text)
                width += letter is 'i' or '…' ? 4 : 10;
            return width;
        }

        public TextSprite Render(ReadOnlySpan<char> text, int height) => throw new NotSupportedException();
    }

    [Theory]
    [InlineData("relu", 40, "relu")]
    [InlineData("relu", 39, "re…u")]
    [InlineData("a_very_long_name", 84, "a_ve…name")]
    [InlineData("a_very_long_name", 83, "a_ve…ame")]
    [InlineData("iiiiiiiiiiiiiiiiiiii", 40, "iiiii…iiii")]
    [InlineData("name", 14, "n…")]
    [InlineData("name", 4, "…")]
    [InlineData("name", 3, "")]
    [InlineData("name", -30, "")]
    [InlineData("", -1, "")]
    public void A_long_name_loses_its_middle_and_is_as_long_as_fits(string name, int room, string expected) =>
        Assert.Equal(expected, TextFit.Shorten(name, room, new Typewriter(), 14));

    /// <summary>Half a surrogate pair would be a box that nobody wrote.</summary>
    [Fact]
    public void No_pair_is_cut()
    {
        for (var room = 0; room < 200; room++)
        {
            var shown = TextFit.Shorten("😀😁😂🤣😃😄😅😆", room, new Typewriter(), 14);

            Assert.Equal(shown, string.Concat(shown.EnumerateRunes()));
            Assert.InRange(new Typewriter().Measure(shown, 14), 0, room);
        }
    }

    [Theory]
    [InlineData(320, 240, 1, 14)]
    [InlineData(1280, 720, 2, 28)]
    [InlineData(1080, 1920, 3, 42)]
    [InlineData(3840, 2160, 6, 84)]
    [InlineData(1, 1, 1, 14)]
    public void Letters_grow_with_the_image(int width, int height, int scale, int rows)
    {
        Assert.Equal(scale, TextFit.ScaleFor(width, height));
        Assert.Equal(rows, TextFit.LineHeight(scale));
    }
}
