using FastCam.Saliency.Imaging;
using FastCam.Saliency.Overlays;
using FastCam.Saliency.Resampling;

namespace FastCam.Tests.Saliency;

public sealed class OverlayModeTests
{
    static readonly MapSize Size = new(23, 17);

    static readonly SourceRectangle[] Rectangles = [new(0, 0, 101, 75), new(13, -3.5, 75, 71), new(-20, 30, 60, 200), new(200, 0, 10, 10)];

    public static TheoryData<OverlayMode, float> Modes =>
        [.. from mode in Enum.GetValues<OverlayMode>() from opacity in new[] { 0f, 0.3f, 0.75f, 1f } where mode != OverlayMode.SideBySide select (mode,
            opacity)];

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_map_agrees_with_float64(OverlayMode mode, float opacity)
    {
        var map = Smooth(0.7f);
        foreach (var rectangle in Rectangles)
        {
            var (source, destination) = (new TestImage(101, 75, seed: 1), new TestImage(101, 75, seed: 2));
            new Overlay(101, 75, Size, rectangle, ColourMap.Turbo, opacity, mode).Blend(source.View, map, destination.View);
            AssertAgrees(source, destination, rectangle, mode, (plane, x, y, ground) =>
            {
                var level = Math.Clamp(Oracle.Bilinear(map, Size, x, y), 0, 1) * 255;
                return [At(Math.Floor(level)), At(Math.Ceiling(level))];

                double At(double entry)
                {
                    var share = mode switch { OverlayMode.Soft => opacity * entry / 255, OverlayMode.Alone => 1, _ => opacity };
                    var rgb = ColourMap.Turbo.Rgb.Slice(3 * (int)entry, 3);
                    return (1 - share) * ground + share * Oracle.Yuv(plane, rgb[0], rgb[1], rgb[2]);
                }
            });
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void An_image_with_its_own_colours_agrees_with_float64(OverlayMode mode, float opacity)
    {
        float[][] channels = [Smooth(0.7f), Smooth(0.4f), Smooth(1.1f)];
        // Premultiplied at the image's own size, as mixing between its pixels asks for.
        var share = Enumerable.Range(0, Size.Pixels)
            .Select(i => mode switch { OverlayMode.Soft => opacity * channels.Max(channel => channel[i]), OverlayMode.Alone => 1, _ => opacity })
            .ToArray();
        var colour = Enumerable.Range(0, 3)
            .Select(plane => share.Select((s, i) => (float)(s * Oracle.Yuv(plane, 255 * channels[0][i], 255 * channels[1][i], 255 * channels[2][i]))).ToArray())
            .ToArray();
        foreach (var rectangle in Rectangles)
        {
            var (source, destination) = (new TestImage(101, 75, seed: 1), new TestImage(101, 75, seed: 2));
            new Overlay(101, 75, Size, rectangle, null, opacity, mode).Blend(source.View, [.. channels[0], .. channels[1], .. channels[2]], destination.View);
            AssertAgrees(source, destination, rectangle, mode, (plane, x, y, ground) =>
                [(1 - Oracle.Bilinear(share, Size, x, y)) * ground + Oracle.Bilinear(colour[plane], Size, x, y)]);
        }
    }

    [Theory]
    [InlineData(100, 200)]
    [InlineData(101, 203)]
    [InlineData(1, 3)]
    public void Side_by_side_has_the_frame_on_the_left_and_the_overlay_on_the_right(int width, int outputWidth)
    {
        var rectangle = new SourceRectangle(width * 0.2, 0, width * 0.5, 31);
        var overlay = new Overlay(width, 31, Size, rectangle, ColourMap.Jet, 0.6f, OverlayMode.SideBySide);
        Assert.Equal((outputWidth, 31), overlay.OutputSize);
        var (source, both, right) = (new TestImage(width, 31, seed: 1), new TestImage(outputWidth, 31, seed: 2), new TestImage(width, 31, seed: 3));
        overlay.Blend(source.View, Smooth(0.7f), both.View);
        new Overlay(width, 31, Size, rectangle, ColourMap.Jet, 0.6f).Blend(source.View, Smooth(0.7f), right.View);
        for (var plane = 0; plane < 3; plane++)
        {
            var offset = both.PlaneWidth(plane) - source.PlaneWidth(plane);
            for (var y = 0; y < source.PlaneHeight(plane); y++)
            {
                for (var x = 0; x < source.PlaneWidth(plane); x++)
                {
                    Assert.Equal(source.Sample(plane, x, y), both.Sample(plane, x, y));
                    Assert.Equal(right.Sample(plane, x, y), both.Sample(plane, x + offset, y));
                }

                if (offset > source.PlaneWidth(plane))
                    Assert.Equal(source.Sample(plane, width - 1, y), both.Sample(plane, width, y));
            }
        }

        both.AssertGuardsAreIntact();
    }

    [Fact]
    public void Soft_leaves_the_frame_where_nothing_is_salient()
    {
        foreach (var colours in new[] { ColourMap.Turbo, null })
        {
            var (source, destination) = (new TestImage(40, 30, seed: 1), new TestImage(40, 30, seed: 2));
            new Overlay(40, 30, Size, new SourceRectangle(0, 0, 40, 30), colours, 1, OverlayMode.Soft)
                .Blend(source.View, new float[Size.Pixels * (colours is null ? 3 : 1)], destination.View);
            AssertSame(source, destination);
        }
    }

    [Fact]
    public unsafe void Light_over_white_does_not_wrap_round()
    {
        var size = new MapSize(257, 1);
        var source = new TestImage(771, 2, seed: 1);
        new Span<byte>(source.View.Y, 771).Fill(255);
        var ramp = Enumerable.Range(0, 257).Select(i => i / 256f).ToArray();
        var destination = new TestImage(771, 2, seed: 2);
        foreach (var opacity in Enumerable.Range(0, 101).Select(i => i / 100f))
        {
            new Overlay(771, 2, size, new SourceRectangle(0, 0, 771, 2), null, opacity, OverlayMode.Soft).Blend(
                source.View, [.. ramp, .. ramp, .. ramp], destination.View);
            for (var x = 0; x < 771; x++)
                Assert.InRange(destination.Sample(0, x, 0), 255 - 255 * opacity / 4 - 2, 255);
        }
    }

    [Fact]
    public void An_image_in_place_and_apart_is_the_same()
    {
        float[] rgb = [.. Smooth(0.7f), .. Smooth(0.4f), .. Smooth(1.1f)];
        foreach (var mode in new[] { OverlayMode.Colour, OverlayMode.Grey, OverlayMode.Soft, OverlayMode.Alone })
        {
            var (inPlace, source, apart) = (new TestImage(101, 75, seed: 1), new TestImage(101, 75, seed: 1), new TestImage(101, 75, seed: 2));
            var overlay = new Overlay(101, 75, Size, new SourceRectangle(13, 0, 75, 75), null, 0.6f, mode);
            overlay.Blend(source.View, Samples.Map(3 * Size.Pixels, seed: 9), apart.View);
            overlay.Blend(source.View, rgb, apart.View);
            overlay.Blend(inPlace.View, rgb, inPlace.View);
            AssertSame(apart, inPlace);
        }
    }

    [Fact]
    public void What_is_no_number_in_an_image_counts_as_0_and_what_is_out_of_range_as_the_nearer_end()
    {
        float[] wild = [float.NaN, 5, -3, float.PositiveInfinity, float.NegativeInfinity, 0.5f];
        float[] tame = [0, 1, 0, 1, 0, 0.5f];
        var size = new MapSize(2, 1);
        foreach (var mode in Enum.GetValues<OverlayMode>())
        {
            var overlay = new Overlay(30, 20, size, new SourceRectangle(0, 0, 30, 20), null, 0.8f, mode);
            var (source, a, b) = (new TestImage(30, 20, seed: 1), new TestImage(overlay.OutputSize.Width, 20, seed: 2), new TestImage(
                overlay.OutputSize.Width, 20, seed: 3));
            overlay.Blend(source.View, wild, a.View);
            overlay.Blend(source.View, tame, b.View);
            AssertSame(a, b);
        }
    }

    [Fact]
    public void No_mode_allocates_per_frame()
    {
        foreach (var mode in Enum.GetValues<OverlayMode>())
        {
            foreach (var colours in new[] { ColourMap.Turbo, null })
            {
                var overlay = new Overlay(33, 21, Size, new SourceRectangle(3, 0, 21, 21), colours, 0.6f, mode);
                var (source, destination) = (new TestImage(33, 21, seed: 1), new TestImage(overlay.OutputSize.Width, 21, seed: 2));
                var image = Samples.Map(Size.Pixels * (colours is null ? 3 : 1));
                AllocationTests.AssertAllocatesNothing(() => overlay.Blend(source.View, image, destination.View));
            }
        }
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var rectangle = new SourceRectangle(0, 0, 4, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Overlay(4, 4, Size, rectangle, ColourMap.Grey, 1, (OverlayMode)17));
        var image = new TestImage(4, 4, seed: 1);
        Assert.Throws<ArgumentException>(() => new Overlay(4, 4, Size, rectangle, null, 1).Blend(image.View, new float[Size.Pixels], image.View));
        Assert.Throws<ArgumentException>(
            () => new Overlay(4, 4, Size, rectangle, ColourMap.Grey, 1, OverlayMode.SideBySide).Blend(image.View, new float[Size.Pixels], image.View));
    }

    static float[] Smooth(float frequency) =>
        [.. Enumerable.Range(0, Size.Pixels).Select(i => 0.5f + 0.5f * MathF.Sin(frequency * (i % Size.Width)) * MathF.Cos(0.9f * (i / Size.Width)))];

    static void AssertSame(TestImage expected, TestImage actual)
    {
        for (var plane = 0; plane < 3; plane++)
        {
            for (var y = 0; y < expected.PlaneHeight(plane); y++)
            {
                for (var x = 0; x < expected.PlaneWidth(plane); x++)
                    Assert.Equal(expected.Sample(plane, x, y), actual.Sample(plane, x, y));
            }
        }
    }

    /// <summary>Every sample against what <paramref name="blended"/> allows for a place on the map and a ground.</summary>
    static void AssertAgrees(TestImage source, TestImage destination, SourceRectangle r, OverlayMode mode, Func<int, double, double, double, double[]> blended)
    {
        var seen = r.X < source.Width && r.Y < source.Height;
        var outer = new SourceRectangle(r.X - 2, r.Y - 2, r.Width + 4, r.Height + 4);
        for (var plane = 0; plane < 3; plane++)
        {
            var (pitch, dark) = plane == 0 ? (1, 0) : (2, 128);
            var held = plane == 0 ? mode != OverlayMode.Alone : mode is OverlayMode.Colour or OverlayMode.Soft;
            for (var y = 0; y < source.PlaneHeight(plane); y++)
            {
                for (var x = 0; x < source.PlaneWidth(plane); x++)
                {
                    var (centreX, centreY) = ((x + 0.5) * pitch, (y + 0.5) * pitch);
                    // The last chroma sample of an odd length stands for one pixel.
                    var (testX, testY) = (Math.Min(centreX, source.Width - 0.5), Math.Min(centreY, source.Height - 0.5));
                    double ground = held ? source.Sample(plane, x, y) : dark;
                    double[] expected = Holds(r, testX, testY)
                        ? blended(plane, (centreX - r.X) * Size.Width / r.Width - 0.5, (centreY - r.Y) * Size.Height / r.Height - 0.5, ground)
                        : seen && Holds(outer, testX, testY) ? [plane == 0 ? 235 : 128] : [dark + 0.45 * (ground - dark)];
                    var actual = destination.Sample(plane, x, y);
                    // The share and the sum are each rounded to within a half.
                    if (actual < expected.Min() - 1.01 || actual > expected.Max() + 1.01)
                        Assert.Fail($"Plane {plane} at {x}, {y}: {actual} for {string.Join(" to ", expected)} ({mode}).");
                }
            }
        }

        destination.AssertGuardsAreIntact();
    }

    static bool Holds(SourceRectangle r, double x, double y) => x >= r.X && x < r.X + r.Width && y >= r.Y && y < r.Y + r.Height;
}
