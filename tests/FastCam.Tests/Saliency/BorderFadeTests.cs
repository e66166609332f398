using FastCam.Saliency.Combination;
using FastCam.Saliency.Resampling;

namespace FastCam.Tests.Saliency;

public sealed class BorderFadeTests
{
    [Fact]
    public void One_cell_halves_the_rim()
    {
        float[] map = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        new BorderFade(1).Apply(map, new MapSize(4, 3));
        Assert.Equal([0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 1, 1, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f], map);
    }

    [Theory]
    [InlineData(1, 7, 7)]
    [InlineData(3, 14, 9)]
    [InlineData(50, 5, 8)]
    [InlineData(2, 1, 1)]
    public void The_nearest_edge_decides(int cells, int width, int height)
    {
        var size = new MapSize(width, height);
        var original = Samples.Map(size.Pixels);
        var map = original.ToArray();
        new BorderFade(cells).Apply(map, size);
        for (var i = 0; i < map.Length; i++)
        {
            var (x, y) = (i % width, i / width);
            var distance = new[] { x, y, width - 1 - x, height - 1 - y }.Min();
            Assert.Equal(original[i] * Math.Min(1, (distance + 1.0) / (cells + 1)), map[i], 1e-6);
        }
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BorderFade(0));
        Assert.Throws<ArgumentException>(() => new BorderFade(1).Apply(new float[5], new MapSize(2, 2)));
    }
}
