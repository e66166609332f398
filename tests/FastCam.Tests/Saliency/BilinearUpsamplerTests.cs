using FastCam.Saliency.Combination;
using FastCam.Saliency.Resampling;

namespace FastCam.Tests.Saliency;

public sealed class BilinearUpsamplerTests
{
    [Theory]
    [InlineData(7, 7, 224, 224)]
    [InlineData(112, 112, 224, 224)]
    [InlineData(14, 14, 14, 14)]
    [InlineData(1, 1, 5, 3)]
    [InlineData(1, 4, 9, 9)]
    [InlineData(5, 1, 1, 9)]
    [InlineData(23, 37, 101, 67)]
    [InlineData(64, 48, 20, 15)]
    [InlineData(9, 9, 1, 1)]
    [InlineData(33, 5, 35, 6)]
    [InlineData(3, 3, 2, 300)]
    public void Any_sizes_agree_with_float64(int width, int height, int targetWidth, int targetHeight)
    {
        var (source, target) = (new MapSize(width, height), new MapSize(targetWidth, targetHeight));
        var map = Samples.Map(source.Pixels);
        var expected = Oracle.Resize(map, source, target);
        var upsampler = new BilinearUpsampler(source, target);
        var resized = new float[target.Pixels];
        var combined = new float[target.Pixels];
        Array.Fill(combined, 2);

        upsampler.Resize(map, resized);
        new ScaleCombination([source, source], target, [1, 3]).Combine([map, map], combined);

        for (var i = 0; i < resized.Length; i++)
        {
            Assert.Equal(expected[i], resized[i], 1e-6);
            Assert.Equal(expected[i], combined[i], 1e-6);
        }
    }

    [Fact]
    public void A_second_map_owes_nothing_to_the_first()
    {
        var size = new MapSize(7, 7);
        var upsampler = new BilinearUpsampler(size, new MapSize(20, 20));
        var fresh = new BilinearUpsampler(size, new MapSize(20, 20));
        var (reused, expected) = (new float[400], new float[400]);
        upsampler.Resize(Samples.Map(49, seed: 1), reused);
        upsampler.Resize(Samples.Map(49, seed: 2), reused);
        fresh.Resize(Samples.Map(49, seed: 2), expected);
        Assert.Equal(expected, reused);
    }

    [Fact]
    public void Wrong_sizes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new BilinearUpsampler(default, new MapSize(2, 2)));
        Assert.Throws<ArgumentException>(() => new BilinearUpsampler(new MapSize(2, 2), new MapSize(2, -1)));
        var upsampler = new BilinearUpsampler(new MapSize(2, 2), new MapSize(4, 4));
        Assert.Throws<ArgumentException>(() => upsampler.Resize(new float[5], new float[16]));
        Assert.Throws<ArgumentException>(() => upsampler.Resize(new float[4], new float[15]));
    }
}
