using FastCam.Saliency.Imaging;
using FastCam.Saliency.Masks;
using FastCam.Saliency.Resampling;

namespace FastCam.Tests.Saliency;

public sealed class MapDetailTests
{
    static readonly MapSize Map = new(23, 17);

    [Theory]
    [InlineData(0, 0, 23, 17, 92, 51)]
    [InlineData(3, 5, 12, 7, 100, 30)]
    [InlineData(2.5, 0.25, 10.5, 16, 8, 8)]
    [InlineData(0, 4, 23, 9, 1, 1)]
    public void Agrees_with_float64(double x, double y, double width, double height, int columns, int rows)
    {
        var map = Samples.Map(Map.Pixels);
        var detail = new float[columns * rows];

        new MapDetail(Map, new SourceRectangle(x, y, width, height), new MapSize(columns, rows)).Apply(map, detail);

        for (var i = 0; i < detail.Length; i++)
        {
            var expected = Oracle.Bilinear(map, Map, x + (i % columns + 0.5) * width / columns - 0.5, y + (i / columns + 0.5) * height / rows - 0.5);
            Assert.Equal(expected, detail[i], 1e-6);
        }
    }

    [Fact]
    public void Other_sizes_are_refused()
    {
        var detail = new MapDetail(Map, new SourceRectangle(0, 0, 23, 17), new MapSize(5, 5));

        Assert.Throws<ArgumentException>(() => detail.Apply(new float[3], new float[25]));
        Assert.Throws<ArgumentException>(() => detail.Apply(new float[Map.Pixels], new float[24]));
        Assert.Throws<ArgumentException>(() => new MapDetail(Map, new SourceRectangle(0, 0, 23, 17), new MapSize(0, 5)));
    }
}
