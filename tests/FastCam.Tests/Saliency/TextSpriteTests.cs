using FastCam.Saliency.Imaging;
using FastCam.Saliency.Overlays;
using FastCam.Tests.Video;

namespace FastCam.Tests.Saliency;

public sealed unsafe class TextSpriteTests
{
    const int Width = 13, Height = 9;

    static readonly byte[] Coverage = Random();

    static readonly TextSprite Sprite = new(Width, Height, Coverage);

    public static TheoryData<int, int> Places => [.. from x in new[] { 8, 9 } from y in new[] { 10, 11 } select (x, y)];

    [Theory]
    [MemberData(nameof(Places))]
    public void Letters_are_white_what_is_behind_them_is_darkened_and_the_rest_untouched(int x, int y)
    {
        var (before, after) = (new TestImage(61, 41, seed: 1), new TestImage(61, 41, seed: 1));
        Sprite.Draw(after.View, x, y);

        for (var row = 0; row < 41; row++)
        {
            for (var column = 0; column < 61; column++)
            {
                var (sample, cover) = (before.Sample(0, column, row), Cover(column - x, row - y));
                Assert.Equal(cover is { } share ? 0.3 * (1 - share) * sample + share * 235 : sample, after.Sample(0, column, row), cover is null ? 0 : 1.0);
            }
        }

        for (var plane = 1; plane < 3; plane++)
        {
            for (var row = 0; row < 21; row++)
            {
                for (var column = 0; column < 31; column++)
                {
                    // A chroma sample keeps of its colour the mean of what its four pixels keep of their light.
                    var covers = (from dy in new[] { 0, 1 } from dx in new[] { 0, 1 } select Cover(2 * column + dx - x, 2 * row + dy - y)).ToList();
                    var keep = covers.Average(cover => cover is { } share ? 0.3 * (1 - share) : 1);
                    Assert.Equal(
                        128 + keep * (before.Sample(plane, column, row) - 128), after.Sample(plane, column, row), covers.All(cover => cover is null) ? 0 : 1.0);
                }
            }
        }
    }

    [Fact]
    public void Text_that_covers_a_pixel_whole_leaves_nothing_of_it()
    {
        var image = new TestImage(8, 8, seed: 1);
        new TextSprite(8, 8, Enumerable.Repeat((byte)255, 64).ToArray()).Draw(image.View, 0, 0);

        for (var i = 0; i < 64; i++)
            Assert.Equal(235, image.Sample(0, i % 8, i / 8));
        for (var i = 0; i < 16; i++)
            Assert.Equal((128, 128), (image.Sample(1, i % 4, i / 4), image.Sample(2, i % 4, i / 4)));
    }

    /// <summary>What is drawn at an edge is what a larger image shows there.</summary>
    [Fact]
    public void What_does_not_fit_is_clipped_at_every_edge()
    {
        int[] columns = [int.MinValue, -500, -Width, -12, -7, -1, 0, 11, 24, 30, 31, 500, int.MaxValue], rows =
            [int.MinValue, -500, -Height, -4, -1, 0, 5, 16, 17, 500, int.MaxValue];
        foreach (var (x, y) in from x in columns from y in rows select (x, y))
        {
            const int Around = 16;
            var (small, large) = (new TestImage(31, 17, seed: 1), new TestImage(31 + 2 * Around + 1, 17 + 2 * Around + 1, seed: 2));
            for (var plane = 0; plane < 3; plane++)
            {
                var around = plane == 0 ? Around : Around / 2;
                for (var row = 0; row < small.PlaneHeight(plane); row++)
                {
                    for (var column = 0; column < small.PlaneWidth(plane); column++)
                        *At(large.View, plane, column + around, row + around) = small.Sample(plane, column, row);
                }
            }

            Sprite.Draw(small.View, x, y);
            if (x is > -100 and < 100 && y is > -100 and < 100)
                Sprite.Draw(large.View, x + Around, y + Around);

            small.AssertGuardsAreIntact();
            for (var plane = 0; plane < 3; plane++)
            {
                var around = plane == 0 ? Around : Around / 2;
                for (var row = 0; row < small.PlaneHeight(plane); row++)
                {
                    for (var column = 0; column < small.PlaneWidth(plane); column++)
                        Assert.Equal(large.Sample(plane, column + around, row + around), small.Sample(plane, column, row));
                }
            }
        }
    }

    [Fact]
    public void Nothing_beyond_the_last_byte_is_touched()
    {
        using var luma = new GuardedMemory(31 * 17);
        using var blue = new GuardedMemory(16 * 9);
        using var red = new GuardedMemory(16 * 9);
        var image = new I420(luma.Data, blue.Data, red.Data, 31, 17, 31, 16);
        for (var x = -Width; x <= 31; x++)
        {
            for (var y = -Height; y <= 17; y++)
                Sprite.Draw(image, x, y);
        }

        // White was blended in so often that the middle is hardly darker than the letters.
        Assert.InRange(luma.Data[8 * 31 + 15], 20, 235);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var image = new TestImage(101, 31, seed: 1);
        AllocationTests.AssertAllocatesNothing(() => Sprite.Draw(image.View, 3, 3));
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, -1, 0)]
    [InlineData(2, 2, 3)]
    [InlineData(65536, 65536, 0)]
    public void A_sprite_has_a_size_and_a_value_for_each_pixel(int width, int height, int values) =>
        Assert.ThrowsAny<ArgumentException>(() => new TextSprite(width, height, new byte[values]));

    static byte* At(I420 image, int plane, int x, int y) =>
        plane == 0 ? image.Y + y * image.StrideY + x : (plane == 1 ? image.U : image.V) + y * image.StrideUV + x;

    static double? Cover(int x, int y) => x is >= 0 and < Width && y is >= 0 and < Height ? Coverage[y * Width + x] / 255.0 : null;

    static byte[] Random()
    {
        var coverage = new byte[Width * Height];
        new Random(5).NextBytes(coverage);
        (coverage[0], coverage[1]) = (0, 255);
        return coverage;
    }
}
