using FastCam.Edge.Text;

namespace FastCam.Tests.Text;

public sealed class SkiaTextTests
{
    const string Ascii = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

    const string Box = "\U0010FFFD";

    [Fact]
    public void Every_letter_has_a_form_of_its_own_and_none_is_the_box()
    {
        var forms = (Ascii + "×…–·−≤µöé°→Ωд").Select(letter => Form($"{letter}")).Append(Form(Box)).ToList();

        Assert.Equal(forms.Count, forms.Distinct().Count());
        Assert.DoesNotContain(Written.OnBlack(" ", 28).Luma, luma => luma != 0);
    }

    [Fact]
    public void What_the_font_lacks_is_one_box()
    {
        foreach (var text in new[] { "漢", "😀", "\0", "\n", "\t", "\u001b", "\ud83d", "\udc00", "\uffff" })
            Assert.Equal(Form(Box), Form(text));
    }

    [Theory]
    [InlineData(14)]
    [InlineData(28)]
    [InlineData(42)]
    [InlineData(84)]
    public void A_capital_stands_in_the_middle_and_nothing_is_cut(int height)
    {
        var (top, bottom) = Ink("HEL", height);
        Assert.InRange(top + bottom, height - 2, height);
        Assert.InRange(bottom - top + 1, 0.5 * height, 0.7 * height);

        var (highest, lowest) = Ink(Ascii + "ÅÉgjpqy|", height);
        Assert.InRange(highest, 0, top);
        Assert.InRange(lowest, bottom + 1, height - 1);
        var (width, luma) = Written.OnBlack("HH", height);
        Assert.All(Enumerable.Range(0, height), row => Assert.Equal((0, 0), (luma[row * width], luma[row * width + width - 1])));
    }

    [Fact]
    public void A_line_is_as_wide_as_was_measured_and_widths_add_up()
    {
        foreach (var height in new[] { 1, 2, 3, 14, 28, 85 })
        {
            foreach (var text in new[] { "", "i", "W", "layer1.2/relu 56×56×256" })
            {
                var sprite = SkiaText.Shared.Render(text, height);
                Assert.Equal((SkiaText.Shared.Measure(text, height), height), (sprite.Width, sprite.Height));
            }
        }

        Assert.True(SkiaText.Shared.Measure("iiii", 28) < SkiaText.Shared.Measure("WWWW", 28) / 2);
        Assert.Equal(2 * (SkiaText.Shared.Measure("relu", 28) - 4), SkiaText.Shared.Measure("relurelu", 28) - 4, 1.0);
    }

    [Fact]
    public void Hostile_text_is_drawn_and_a_line_ends_somewhere()
    {
        var random = new Random(3);
        foreach (var length in new[] { 10, 1000, 10_000 })
        {
            var text = string.Create(length, random, static (letters, random) =>
            {
                foreach (ref var letter in letters)
                    letter = (char)random.Next(char.MaxValue + 1);
            });
            Assert.InRange(SkiaText.Shared.Render(text, 14).Width, length, 32768);
        }
        Assert.Equal(32768, SkiaText.Shared.Render(new string('W', 100_000), 14).Width);
        Assert.Throws<ArgumentOutOfRangeException>(() => SkiaText.Shared.Render("a", 0));
    }

    [Fact]
    public void Threads_share_it()
    {
        var expected = Form("shared");

        Assert.All(Enumerable.Range(0, 64).AsParallel().Select(_ => Form("shared")), form => Assert.Equal(expected, form));
    }

    static string Form(string text)
    {
        var (width, luma) = Written.OnBlack(text, 28);
        return $"{width}: {Convert.ToHexString(luma)}";
    }

    /// <summary>Returns the first and the last row with ink.</summary>
    static (int Top, int Bottom) Ink(string text, int height)
    {
        var (width, luma) = Written.OnBlack(text, height);
        var rows = Enumerable.Range(0, height).Where(row => luma.AsSpan(row * width, width).ContainsAnyExceptInRange((byte)0, (byte)60)).ToList();
        return (rows[0], rows[^1]);
    }
}
