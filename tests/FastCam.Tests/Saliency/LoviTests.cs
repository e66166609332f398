using FastCam.Saliency.Overlays;
using FastCam.Saliency.Resampling;

namespace FastCam.Tests.Saliency;

public sealed class LoviTests
{
    [Fact]
    public void Agrees_with_the_reference_image()
    {
        var layers = Golden.Floats("draw/A_gauss_layers_224.f32");
        var expected = Golden.Floats("draw/A_gauss_lovi_w11111_hsv.f32");
        var bytes = Golden.Bytes("draw/A_gauss_lovi_w11111_rgb_u8.u8");
        var size = new MapSize(224, 224);
        var lovi = new Lovi([size, size, size, size, size], size, [1, 1, 1, 1, 1]);
        for (var layer = 0; layer < 5; layer++)
            lovi.Set(layer, layers.AsSpan(layer * size.Pixels, size.Pixels));

        var (hsv, rgb) = (new float[3 * size.Pixels], new float[3 * size.Pixels]);
        lovi.Hsv(hsv);
        lovi.Rgb(rgb);

        for (var i = 0; i < size.Pixels; i++)
        {
            Assert.Equal(expected[i], hsv[i], 1e-3);
            Assert.Equal(expected[size.Pixels + i], hsv[size.Pixels + i], 2e-6);
            Assert.Equal(expected[2 * size.Pixels + i], hsv[2 * size.Pixels + i], 2e-6);
            var (red, green, blue) = Oracle.Rgb(expected[i], expected[size.Pixels + i], expected[2 * size.Pixels + i]);
            foreach (var (channel, exact) in new[] { (0, red), (1, green), (2, blue) })
            {
                Assert.Equal(exact, rgb[channel * size.Pixels + i], 2e-6);
                Assert.InRange(rgb[channel * size.Pixels + i] * 255, bytes[3 * i + channel] - 1, bytes[3 * i + channel] + 1);
            }
        }
    }

    [Theory]
    [InlineData(5, 31, 17)]
    [InlineData(2, 8, 4)]
    [InlineData(3, 1, 1)]
    [InlineData(4, 3, 2)]
    public void Agrees_with_float64_at_any_size_and_weight(int layers, int width, int height)
    {
        var target = new MapSize(width, height);
        var sizes = Enumerable.Range(1, layers).Select(i => new MapSize(1 + 7 % (i + 1), 1 + 9 % (i + 2))).ToArray();
        var maps = sizes.Select((size, layer) => Samples.Map(size.Pixels, seed: layer + 1)).ToArray();
        var weights = Enumerable.Range(1, layers).Select(i => 0.4f * i).ToArray();
        var actual = Draw(target, sizes, maps, weights);
        var expected = Oracle.Lovi([.. maps.Select((map, layer) => Oracle.Resize(map, sizes[layer], target))], weights);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Hue, actual[i].Hue, 2e-3);
            Assert.Equal(expected[i].Saturation, actual[i].Saturation, 1e-5);
            Assert.Equal(expected[i].Value, actual[i].Value, 1e-5);
        }
    }

    [Fact]
    public void A_layer_alone_is_vivid_in_its_own_hue_and_all_layers_together_are_white()
    {
        // Six pixels: one for each layer alone, and one for all.
        var maps = Enumerable.Range(0, 5).Select(layer => Enumerable.Range(0, 6).Select(pixel => pixel == layer || pixel == 5 ? 1f : 0).ToArray()).ToArray();
        var size = new MapSize(6, 1);
        var pixels = Draw(size, [size, size, size, size, size], maps, [1, 1, 1, 1, 1]);

        Assert.Equal([300, 225, 150, 75, 0], pixels.Take(5).Select(pixel => pixel.Hue));
        Assert.Equal(pixels.Take(5).Select(pixel => pixel.Hue), Enumerable.Range(0, 5).Select(layer => Lovi.Hue(layer, 5)));
        Assert.All(pixels.Take(5), pixel => Assert.Equal((1, 1), (pixel.Saturation, pixel.Value)));
        Assert.Equal((0, 1), (pixels[5].Saturation, pixels[5].Value));
    }

    [Fact]
    public void The_hexagon_turns_from_violet_to_red()
    {
        var maps = Enumerable.Range(0, 6).Select(layer => Enumerable.Range(0, 6).Select(pixel => pixel == layer ? 1f : 0).ToArray()).ToArray();
        var size = new MapSize(6, 1);
        var lovi = Prepare(size, [size, size, size, size, size, size], maps, [1, 1, 1, 1, 1, 1]);
        var rgb = new float[18];
        lovi.Rgb(rgb);

        Assert.Equal(
            [(1, 0, 1), (0, 0, 1), (0, 1, 1), (0, 1, 0), (1, 1, 0), (1, 0, 0)],
            Enumerable.Range(0, 6).Select(pixel => (Rounded(pixel), Rounded(6 + pixel), Rounded(12 + pixel))));

        float Rounded(int index) => MathF.Round(rgb[index], 5);
    }

    [Fact]
    public void A_pixel_without_activity_is_black()
    {
        var size = new MapSize(2, 1);
        var pixels = Draw(size, [size, size], [[0, 1], [0, 0.5f]], [1, 1]);

        Assert.Equal((0, 0, 0), pixels[0]);
        Assert.Equal(1, pixels[1].Value);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.5f)]
    [InlineData(1f)]
    public void A_constant_stack_is_grey_of_its_own_value(float value)
    {
        var size = new MapSize(3, 3);
        var map = Enumerable.Repeat(value, 9).ToArray();

        Assert.All(Draw(size, [size, size, size], [map, map, map], [1, 1, 1]), pixel => Assert.Equal((0, value), (pixel.Saturation, pixel.Value)));
    }

    [Fact]
    public void A_single_layer_is_grey()
    {
        var size = new MapSize(3, 1);

        Assert.Equal([(0, 0, 0), (0, 0, 0.5f), (0, 0, 1)], Draw(size, [size], [[0.2f, 0.4f, 0.6f]], [1]).Select(Rounded));

        static (float, float, float) Rounded((float Hue, float Saturation, float Value) pixel) => (pixel.Hue, pixel.Saturation, MathF.Round(pixel.Value, 5));
    }

    [Fact]
    public void What_is_no_number_counts_as_0_and_what_is_out_of_range_as_the_nearer_end()
    {
        var (size, target) = (new MapSize(3, 2), new MapSize(11, 9));
        float[] wild = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 5, -3, 0.5f];
        float[] tame = [0, 1, 0, 1, 0, 0.5f];
        var other = Samples.Map(size.Pixels);

        Assert.Equal(Draw(target, [size, size], [tame, other], [1, 1]), Draw(target, [size, size], [wild, other], [1, 1]));
    }

    [Fact]
    public void Weights_above_1_are_clipped_in_the_image_and_relative_ones_are_not()
    {
        var size = new MapSize(2, 1);
        float[][] maps = [[1, 0], [0, 1]];
        var rgb = new float[6];
        Prepare(size, [size, size], maps, [1, 2]).Rgb(rgb);

        Assert.All(rgb, channel => Assert.InRange(channel, 0, 1));
        Assert.Equal(2, Draw(size, [size, size], maps, [1, 2])[1].Value);
        Assert.Equal([0.5f, 1], Draw(size, [size, size], maps, Lovi.Relative([1, 2])).Select(pixel => pixel.Value));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var size = new MapSize(2, 2);
        Assert.Throws<ArgumentException>(() => new Lovi([size], size, [1, 1]));
        Assert.Throws<ArgumentException>(() => new Lovi([size], size, [0]));
        Assert.Throws<ArgumentException>(() => new Lovi([size], default, [1]));
        Assert.Throws<ArgumentException>(() => new Lovi([default], size, [1]));
        var lovi = new Lovi([size], size, [1]);
        Assert.Throws<ArgumentException>(() => lovi.Set(0, new float[3]));
        Assert.Throws<ArgumentException>(() => lovi.Rgb(new float[4]));
    }

    [Fact]
    public void Nothing_is_allocated_per_frame()
    {
        var lovi = new Lovi([new MapSize(7, 7), new MapSize(14, 14)], new MapSize(30, 21), [1, 1]);
        var (small, large, planes) = (Samples.Map(49), Samples.Map(196), new float[3 * 630]);
        AllocationTests.AssertAllocatesNothing(() =>
        {
            lovi.Set(0, small);
            lovi.Set(1, large);
            lovi.Rgb(planes);
        });
    }

    static Lovi Prepare(MapSize target, MapSize[] sizes, float[][] maps, float[] weights)
    {
        var lovi = new Lovi(sizes, target, weights);
        for (var layer = 0; layer < maps.Length; layer++)
            lovi.Set(layer, maps[layer]);
        return lovi;
    }

    static (float Hue, float Saturation, float Value)[] Draw(MapSize target, MapSize[] sizes, float[][] maps, float[] weights)
    {
        var planes = new float[3 * target.Pixels];
        Prepare(target, sizes, maps, weights).Hsv(planes);
        return [.. Enumerable.Range(0, target.Pixels).Select(i => (planes[i], planes[target.Pixels + i], planes[2 * target.Pixels + i]))];
    }
}
