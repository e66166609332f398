using FastCam.Saliency.Imaging;
using FastCam.Saliency.Overlays;
using FastCam.Saliency.Resampling;

namespace FastCam.Tests.Saliency;

public sealed class OverlayTests
{
    static readonly MapSize Map = new(23, 17);

    public static TheoryData<int, int, SourceRectangle> Cases => new()
    {
        { 320, 180, new(0, 0, 320, 180) },
        { 320, 180, new(70, 0, 180, 180) },
        { 321, 181, new(70.5, 0, 181, 181) },
        { 321, 181, new(0, -70, 321, 321) },
        { 100, 80, new(-20.25, 13.5, 60, 50) },
        { 100, 80, new(90, 70, 60, 50) },
        { 101, 81, new(33, 21, 35, 41) },
        { 64, 48, new(100, 10, 20, 20) },
        { 64, 48, new(10, -30, 20, 20) },
        { 7, 5, new(0, 0, 7, 5) },
        { 2, 1, new(0, 0, 2, 1) },
        { 1, 1, new(0, 0, 1, 1) },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_sample_agrees_with_float64(int width, int height, SourceRectangle rectangle)
    {
        var map = Smooth();
        var source = new TestImage(width, height, seed: 1);
        foreach (var colours in ColourMap.All)
        {
            foreach (var opacity in new[] { 0f, 0.3f, 0.75f, 1f })
            {
                var destination = new TestImage(width, height, seed: 2);
                new Overlay(width, height, Map, rectangle, colours, opacity).Blend(source.View, map, destination.View);
                for (var plane = 0; plane < 3; plane++)
                    AssertPlane(plane, source, destination, map, rectangle, colours, opacity);
                destination.AssertGuardsAreIntact();
            }
        }
    }

    [Fact]
    public void In_place_and_apart_are_the_same_and_a_second_map_owes_nothing_to_the_first()
    {
        var (inPlace, source, apart) = (new TestImage(101, 75, seed: 1), new TestImage(101, 75, seed: 1), new TestImage(101, 75, seed: 2));
        var overlay = new Overlay(101, 75, Map, new SourceRectangle(13, 0, 75, 75), ColourMap.Turbo, 0.6f);
        overlay.Blend(source.View, Samples.Map(Map.Pixels, seed: 9), apart.View);
        overlay.Blend(source.View, Smooth(), apart.View);
        overlay.Blend(inPlace.View, Smooth(), inPlace.View);
        for (var plane = 0; plane < 3; plane++)
        {
            for (var y = 0; y < apart.PlaneHeight(plane); y++)
            {
                for (var x = 0; x < apart.PlaneWidth(plane); x++)
                    Assert.Equal(apart.Sample(plane, x, y), inPlace.Sample(plane, x, y));
            }
        }
    }

    [Theory]
    [InlineData(720, 2)]
    [InlineData(1080, 4)]
    [InlineData(2160, 6)]
    public void The_outline_grows_with_the_frame_and_lies_outside_the_rectangle(int lines, int thickness)
    {
        var width = 2 * lines;
        var source = new TestImage(width, lines, seed: 1);
        var destination = new TestImage(width, lines, seed: 2);
        // The rectangle's left edge is inside the frame, the other three lie on the frame's edges.
        new Overlay(width, lines, Map, new SourceRectangle(lines, 0, lines, lines), ColourMap.Grey, 0).Blend(source.View, Smooth(), destination.View);
        foreach (var y in new[] { 0, 101, lines - 1 })
        {
            Assert.Equal(source.Sample(0, lines - thickness - 1, y) * 0.45, destination.Sample(0, lines - thickness - 1, y), 1.0);
            for (var x = lines - thickness; x < lines; x++)
                Assert.Equal(235, destination.Sample(0, x, y));
            for (var x = lines; x < width; x++)
                Assert.Equal(source.Sample(0, x, y), destination.Sample(0, x, y));
        }
    }

    [Fact]
    public void Values_outside_the_range_have_the_colours_of_the_ends_and_NaN_the_lowest()
    {
        const int width = 45;
        var map = new float[width];
        for (var i = 0; i < width; i++)
            map[i] = (i / 10) switch { 0 => float.NaN, 1 => -5, 2 => -3e38f, 3 => 7, _ => 3e38f };
        var destination = new TestImage(width, 1, seed: 2);
        new Overlay(width, 1, new MapSize(width, 1), new SourceRectangle(0, 0, width, 1), ColourMap.Grey, 1).Blend(
            new TestImage(width, 1, seed: 1).View, map, destination.View);
        for (var x = 0; x < width; x++)
            Assert.Equal(x < 30 ? 0 : 255, destination.Sample(0, x, 0));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var rectangle = new SourceRectangle(0, 0, 4, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Overlay(0, 4, Map, rectangle, ColourMap.Grey, 1));
        Assert.Throws<ArgumentException>(() => new Overlay(4, 4, default, rectangle, ColourMap.Grey, 1));
        Assert.Throws<ArgumentException>(() => new Overlay(4, 4, Map, new SourceRectangle(0, 0, 0, 4), ColourMap.Grey, 1));
        Assert.Throws<ArgumentException>(() => new Overlay(4, 4, Map, new SourceRectangle(double.NaN, 0, 4, 4), ColourMap.Grey, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Overlay(4, 4, Map, rectangle, ColourMap.Grey, 1.1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Overlay(4, 4, Map, rectangle, ColourMap.Grey, float.NaN));
        var overlay = new Overlay(4, 4, Map, rectangle, ColourMap.Grey, 1);
        var (image, other) = (new TestImage(4, 4, seed: 1), new TestImage(6, 4, seed: 1));
        Assert.Throws<ArgumentException>(() => overlay.Blend(other.View, Smooth(), image.View));
        Assert.Throws<ArgumentException>(() => overlay.Blend(image.View, Smooth(), other.View));
        Assert.Throws<ArgumentException>(() => overlay.Blend(image.View, new float[3], image.View));
    }

    static float[] Smooth() =>
        [.. Enumerable.Range(0, Map.Pixels).Select(i => 0.5f + 0.5f * MathF.Sin(0.7f * (i % Map.Width)) * MathF.Cos(0.9f * (i / Map.Width)))];

    static void AssertPlane(int plane, TestImage source, TestImage destination, float[] map, SourceRectangle r, ColourMap colours, float opacity)
    {
        var pitch = plane == 0 ? 1 : 2;
        // At the sizes of these cases.
        const int outline = 2;
        for (var y = 0; y < source.PlaneHeight(plane); y++)
        {
            for (var x = 0; x < source.PlaneWidth(plane); x++)
            {
                var (centreX, centreY) = ((x + 0.5) * pitch, (y + 0.5) * pitch);
                // The last chroma sample of an odd length stands for one pixel.
                var (testX, testY) = (Math.Min(centreX, source.Width - 0.5), Math.Min(centreY, source.Height - 0.5));
                var frame = source.Sample(plane, x, y);
                var seen = r.X < source.Width && r.Y < source.Height && r.X + r.Width > 0 && r.Y + r.Height > 0;
                (double Low, double High) expected;
                if (Holds(r, testX, testY))
                {
                    var value = Oracle.Bilinear(map, Map, (centreX - r.X) * Map.Width / r.Width - 0.5, (centreY - r.Y) * Map.Height / r.Height - 0.5);
                    var colour = Colours(colours, value, plane);
                    expected = ((1 - opacity) * frame + opacity * colour.Low, (1 - opacity) * frame + opacity * colour.High);
                }
                else if (seen && Holds(new SourceRectangle(r.X - outline, r.Y - outline, r.Width + 2 * outline, r.Height + 2 * outline), testX, testY))
                {
                    expected = plane == 0 ? (235, 235) : (128, 128);
                }
                else
                {
                    expected = plane == 0 ? (0.45 * frame, 0.45 * frame) : (128 + 0.45 * (frame - 128), 128 + 0.45 * (frame - 128));
                }
                var actual = destination.Sample(plane, x, y);
                if (actual < expected.Low - 1 || actual > expected.High + 1)
                    Assert.Fail($"Plane {plane} at {x}, {y}: {actual} for {expected} ({colours.Name}, opacity {opacity}).");
            }
        }
    }

    static bool Holds(SourceRectangle r, double x, double y) => x >= r.X && x < r.X + r.Width && y >= r.Y && y < r.Y + r.Height;

    /// <summary>The colours of the two levels around a value, in Y, U or V by the definition of BT.601.</summary>
    static (double Low, double High) Colours(ColourMap colours, double value, int plane)
    {
        var level = Math.Clamp(value, 0, 1) * 255;
        var (below, above) = (Sample((int)Math.Floor(level)), Sample((int)Math.Ceiling(level)));
        return (Math.Min(below, above), Math.Max(below, above));

        double Sample(int entry) => Oracle.Yuv(plane, colours.Rgb[3 * entry], colours.Rgb[3 * entry + 1], colours.Rgb[3 * entry + 2]);
    }
}
