using FastCam.Edge.Tiles;

namespace FastCam.Tests.Tiles;

public sealed class TileAxisTests
{
    const int Tile = 224;

    public static TheoryData<int, int> Axes => new MatrixTheoryData<int, int>([1, 2, 223, 224, 225, 226, 256, 417, 500, 1000, 1001], [0, 1, 32, 75, 112]);

    [Theory, MemberData(nameof(Axes))]
    public void Tiles_cover_the_image_and_lie_on_one_raster_but_for_the_last(int length, int overlap)
    {
        var axis = new TileAxis(length, Tile, overlap);

        var others = Enumerable.Range(0, axis.Count - 1);
        Assert.Equal(others.Select(index => index * (Tile - overlap)), others.Select(axis.Start));
        if (length >= Tile)
            Assert.Equal(length - Tile, axis.Start(axis.Count - 1));
        for (var index = 1; index < axis.Count; index++)
            Assert.InRange(axis.Start(index), axis.Start(index - 1) + 1, axis.Start(index - 1) + Tile - overlap);
    }

    [Theory, MemberData(nameof(Axes))]
    public void The_tiles_shares_of_each_pixel_add_up_to_one(int length, int overlap)
    {
        var axis = new TileAxis(length, Tile, overlap);
        var sums = new double[length];
        for (var index = 0; index < axis.Count; index++)
        {
            var feather = axis.Feather(index);
            for (var i = 0; i < Tile; i++)
            {
                Assert.InRange(feather[i], 0, 1);
                var pixel = axis.Start(index) + i;
                if (pixel >= 0 && pixel < length)
                    sums[pixel] += feather[i];
                else
                    Assert.Equal(0, feather[i]);
            }
        }

        Assert.All(sums, sum => Assert.Equal(1, sum, 1e-6));
    }

    [Theory]
    [InlineData(112)]
    [InlineData(55)]
    [InlineData(7)]
    [InlineData(1)]
    public void A_layers_cells_count_each_position_once(int cells)
    {
        foreach (var length in (int[])[1, 100, 224, 417, 1001])
        {
            var axis = new TileAxis(length, Tile, 32);

            var counted = Enumerable.Range(0, axis.Count).Sum(index => axis.Feather(index, cells).Sum(share => (double)share)) * Tile / cells;

            Assert.Equal(length, counted, 1e-3);
        }
    }

    [Fact]
    public void A_single_tiles_cells_count_wholly() => Assert.All(new TileAxis(Tile, Tile, 32).Feather(0, 7), share => Assert.Equal(1, share));

    [Fact]
    public void Neighbours_fade_over_the_overlap()
    {
        var axis = new TileAxis(1000, Tile, 32);

        var rising = axis.Feather(1)[..33];

        for (var i = 0; i < 32; i++)
            Assert.Equal((i + 0.5) / 32, rising[i], 1e-6);
        Assert.Equal(1, rising[32]);
    }
}
