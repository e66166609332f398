using FastCam.Edge.Text;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Overlays;
using FastCam.Saliency.Resampling;
using FastCam.Tests.Text;

namespace FastCam.Tests.Saliency;

public sealed class SheetTests
{
    [Theory]
    [InlineData(8, 4, 6 + 4 * 70, 6 + 2 * 72)]
    [InlineData(3, 4, 6 + 3 * 70, 6 + 72)]
    [InlineData(5, 2, 6 + 2 * 70, 6 + 3 * 72)]
    public void Tiles_fill_row_after_row(int tiles, int columns, int width, int height)
    {
        var sheet = new Sheet(new MapSize(63, 48), [.. Enumerable.Range(1, tiles).Select(i => new SheetTile($"tile {i}"))], SkiaText.Shared, columns);

        Assert.Equal((width, height), (sheet.Width, sheet.Height));
        Assert.Equal(width * height * 3 / 2, sheet.Pixels.Length);
    }

    [Fact]
    public unsafe void Each_tile_has_its_caption_and_its_image()
    {
        var sheet = new Sheet(
            new MapSize(96, 64), [new("input"), new("1 relu", Lovi.Colour(0, 5)), new("a_name_too_long_for_it"), new("LOVI")], SkiaText.Shared, columns: 2);
        var size = new MapSize(2, 2);
        sheet.DrawMap(1, [1, 1, 1, 1], size, ColourMap.Turbo);
        sheet.DrawMap(3, [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0], size, null);

        fixed (byte* pixels = sheet.Pixels)
        {
            var all = I420.Packed(pixels, sheet.Width, sheet.Height);
            Written.At(all, 6, 8, "input", 14);
            Written.At(all, 108 + 12, 8, "1 relu", 14);
            Written.At(all, 6, 88 + 8, "a_name_t…g_for_it", 14);
            AssertColour(all, 110, 14, 255, 0, 255);
        }

        AssertColour(sheet.Tile(1), 48, 32, ColourMap.Turbo.Rgb[765], ColourMap.Turbo.Rgb[766], ColourMap.Turbo.Rgb[767]);
        AssertColour(sheet.Tile(3), 0, 0, 0, 255, 0);
        AssertColour(sheet.Tile(0), 48, 32, 0, 0, 0);
    }

    [Fact]
    public unsafe void A_frame_of_the_tiles_size_is_copied()
    {
        var (frame, tile) = (new TestImage(31, 23, seed: 1), new TestImage(31, 23, seed: 2));
        new FrameScaling(frame.View.Width, frame.View.Height, new SourceRectangle(0, 0, 31, 23), new MapSize(tile.View.Width, tile.View.Height)).Scale(
            frame.View, tile.View);
        for (var plane = 0; plane < 3; plane++)
        {
            for (var y = 0; y < tile.PlaneHeight(plane); y++)
            {
                for (var x = 0; x < tile.PlaneWidth(plane); x++)
                    Assert.Equal(frame.Sample(plane, x, y), tile.Sample(plane, x, y));
            }
        }

        tile.AssertGuardsAreIntact();
    }

    [Theory]
    [InlineData(25, 15)]
    [InlineData(41, 33)]
    [InlineData(250, 140)]
    public unsafe void A_smooth_frame_keeps_its_places(int width, int height)
    {
        var (frame, tile) = (new TestImage(100, 60, seed: 1), new TestImage(width, height, seed: 2));
        for (var y = 0; y < 60; y++)
        {
            for (var x = 0; x < 100; x++)
                frame.View.Y[y * frame.View.StrideY + x] = (byte)(x + 2 * y);
        }

        var part = new SourceRectangle(20, 10, 60, 40);
        new FrameScaling(frame.View.Width, frame.View.Height, part, new MapSize(tile.View.Width, tile.View.Height)).Scale(frame.View, tile.View);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                Assert.Equal(part.X + (x + 0.5) * part.Width / width - 0.5 + 2 * (part.Y + (y + 0.5) * part.Height / height - 0.5), tile.Sample(0, x, y), 1.0);
        }

        tile.AssertGuardsAreIntact();
    }

    [Fact]
    public unsafe void Fine_patterns_are_averaged_and_what_is_outside_is_black()
    {
        var (frame, tile) = (new TestImage(100, 60, seed: 1), new TestImage(40, 40, seed: 2));
        for (var y = 0; y < 60; y++)
        {
            for (var x = 0; x < 100; x++)
                frame.View.Y[y * frame.View.StrideY + x] = (byte)((x + y) % 2 * 200);
        }

        // Letterboxed: 20 rows of nothing above and below.
        new FrameScaling(frame.View.Width, frame.View.Height, new SourceRectangle(0, -20, 100, 100), new MapSize(tile.View.Width, tile.View.Height)).Scale(
            frame.View, tile.View);
        for (var x = 0; x < 40; x++)
        {
            Assert.Equal(100, tile.Sample(0, x, 20), 12.0);
            Assert.Equal((0, 0), (tile.Sample(0, x, 7), tile.Sample(0, x, 32)));
            Assert.Equal((128, 128), (tile.Sample(1, x / 2, 3), tile.Sample(2, x / 2, 16)));
        }
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var sheet = new Sheet(new MapSize(16, 16), [new SheetTile("one")], SkiaText.Shared);
        Assert.Throws<ArgumentOutOfRangeException>(() => sheet.Tile(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => sheet.Tile(-1));
        Assert.Throws<ArgumentException>(() => sheet.DrawMap(0, new float[3], new MapSize(2, 2), ColourMap.Grey));
        Assert.Throws<ArgumentException>(() => sheet.DrawFrame(0, new TestImage(4, 4, seed: 1).View, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sheet(new MapSize(16, 16), [], SkiaText.Shared));
        Assert.Throws<ArgumentException>(() => new Sheet(default, [new SheetTile("one")], SkiaText.Shared));
    }

    static unsafe void AssertColour(I420 image, int x, int y, double red, double green, double blue)
    {
        var samples = (image.Y[y * image.StrideY + x], image.U[y / 2 * image.StrideUV + x / 2], image.V[y / 2 * image.StrideUV + x / 2]);
        Assert.Equal(Oracle.Yuv(0, red, green, blue), samples.Item1, 1.0);
        Assert.Equal(Math.Min(Oracle.Yuv(1, red, green, blue), 255), samples.Item2, 1.0);
        Assert.Equal(Math.Min(Oracle.Yuv(2, red, green, blue), 255), samples.Item3, 1.0);
    }
}
