using FastCam.Edge.Text;
using FastCam.Saliency.Overlays;
using FastCam.Tests.Text;

namespace FastCam.Tests.Saliency;

public sealed class LegendTests
{
    static readonly LegendLayer[] Layers =
        [new("relu", 112, 112, 64), new("layer1.2/relu", 56, 56, 256), new("layer2.3/relu", 28, 28, 512), new("layer3.5/relu", 14, 14, 1024), new(
            "layer4.2/relu", 7, 7, 2048)];

    [Theory]
    [InlineData(640, 400, 1)]
    [InlineData(1281, 721, 2)]
    public void A_legend_of_layers_says_which_hue_is_which_layer(int width, int height, int scale)
    {
        var image = new TestImage(width, height, seed: 1);
        Legend.ForLayers(width, height, Layers, SkiaText.Shared).Draw(image.View);

        string[] lines =
            ["1 relu 112×112×64", "2 layer1.2/relu 56×56×256", "3 layer2.3/relu 28×28×512", "4 layer3.5/relu 14×14×1024", "5 layer4.2/relu 7×7×2048",
                "grey to white: all alike"];
        var (left, top) = Corner(image, 18 + 4 + Columns(lines, scale), 6, scale);
        for (var i = 0; i < lines.Length; i++)
        {
            Written.At(image.View, left + 18 * scale, top + (2 + 14 * i) * scale, lines[i], 14 * scale);
            var (red, green, blue) = i < 5 ? Oracle.Rgb(300 - 75 * i, 1, 1) : (1, 1, 1);
            AssertColour(image, left + 9 * scale, top + (9 + 14 * i) * scale, 255 * red, 255 * green, 255 * blue);
        }
    }

    [Fact]
    public void A_legend_of_colours_is_a_bar_from_0_to_1()
    {
        foreach (var colours in ColourMap.All)
        {
            var image = new TestImage(640, 360, seed: 1);
            Legend.ForColours(640, 360, colours, "saliency", SkiaText.Shared).Draw(image.View);

            var (left, top) = Corner(image, 136, 3, 1);
            Written.At(image.View, left + 4, top + 2, "saliency", 14);
            Written.At(image.View, left + 4, top + 30, "0", 14);
            Written.At(image.View, left + 4 + (128 - SkiaText.Shared.Measure("0.5", 14)) / 2, top + 30, "0.5", 14);
            Written.At(image.View, left + 4 + 128 - SkiaText.Shared.Measure("1", 14), top + 30, "1", 14);
            foreach (var level in new[] { 0, 85, 170, 255 })
            {
                var colour = colours.Rgb.Slice(3 * level, 3);
                AssertColour(image, left + 4 + level * 126 / 255, top + 22, colour[0], colour[1], colour[2]);
            }
        }
    }

    [Fact]
    public void Only_the_corner_is_touched()
    {
        var (before, after) = (new TestImage(400, 300, seed: 1), new TestImage(400, 300, seed: 1));
        Legend.ForColours(400, 300, ColourMap.Grey, "saliency", SkiaText.Shared).Draw(after.View);
        var changed =
            (from y in Enumerable.Range(0, 300)
             from x in Enumerable.Range(0, 400)
             where before.Sample(0, x, y) != after.Sample(
                0, x, y)
             select (x, y)).ToList();

        Assert.InRange(changed.Min(pixel => pixel.x), 256, 400);
        Assert.InRange(changed.Min(pixel => pixel.y), 250, 300);
        after.AssertGuardsAreIntact();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(17, 5)]
    [InlineData(60, 200)]
    [InlineData(200, 33)]
    public void An_image_too_small_for_it_shows_what_fits(int width, int height)
    {
        var image = new TestImage(width, height, seed: 1);
        Legend.ForLayers(width, height, Layers, SkiaText.Shared).Draw(image.View);
        Legend.ForColours(width, height, ColourMap.Turbo, "saliency", SkiaText.Shared).Draw(image.View);

        image.AssertGuardsAreIntact();
    }

    [Fact]
    public void Long_names_lose_their_middle_and_keep_number_and_size()
    {
        var image = new TestImage(240, 200, seed: 1);
        Legend.ForLayers(240, 200, [new("/features/features.0/conv/Conv_output_0", 112, 112, 96)], SkiaText.Shared).Draw(image.View);

        // 240 − margins − swatch and its padding leave 210 columns.
        const string Line = "1 /features/fe…nv_output_0 112×112×96";
        Assert.InRange(SkiaText.Shared.Measure(Line, 14), 200, 210);
        var (left, top) = Corner(image, 18 + 4 + SkiaText.Shared.Measure(Line, 14), 2, 1);
        Written.At(image.View, left + 18, top + 2, Line, 14);
    }

    [Fact]
    public void An_image_of_another_size_is_refused()
    {
        var image = new TestImage(64, 48, seed: 1);
        Assert.Throws<ArgumentException>(() => Legend.ForColours(64, 50, ColourMap.Grey, "", SkiaText.Shared).Draw(image.View));
        Assert.Throws<ArgumentOutOfRangeException>(() => Legend.ForLayers(0, 50, Layers, SkiaText.Shared));
    }

    [Fact]
    public void Drawing_allocates_nothing()
    {
        var image = new TestImage(320, 240, seed: 1);
        var legend = Legend.ForLayers(320, 240, Layers, SkiaText.Shared);
        AllocationTests.AssertAllocatesNothing(() => legend.Draw(image.View));
    }

    /// <summary>What the widest line takes, in pixels of the smallest images.</summary>
    static int Columns(string[] lines, int scale) => (lines.Max(line => SkiaText.Shared.Measure(line, 14 * scale)) + scale - 1) / scale;

    /// <summary>The upper left corner of a legend of so many columns and lines.</summary>
    static (int Left, int Top) Corner(TestImage image, int width, int lines, int scale) =>
        ((image.Width - ((width + 1) / 2 * 2 + 4) * scale) / 2 * 2, (image.Height - (14 * lines + 4 + 4) * scale) / 2 * 2);

    static void AssertColour(TestImage image, int x, int y, double red, double green, double blue)
    {
        for (var plane = 0; plane < 3; plane++)
            Assert.Equal(Math.Min(Oracle.Yuv(plane, red, green, blue), 255), image.Sample(plane, plane == 0 ? x : x / 2, plane == 0 ? y : y / 2), 1.0);
    }
}
