using FastCam.Saliency.Combination;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Statistics;

namespace FastCam.Tests.Saliency;

public sealed class ScaleCombinationTests
{
    static readonly MapSize[] Layers = [new(112, 112), new(56, 56), new(28, 28), new(14, 14), new(7, 7)];

    [Theory]
    [InlineData(224, 200)]
    [InlineData(101, 67)]
    [InlineData(35, 6)]
    [InlineData(3, 300)]
    public void The_layers_agree_with_float64(int width, int height)
    {
        var target = new MapSize(width, height);
        float[] weights = [0.18f, 0.15f, 0, 0.4f, 0.72f];
        var maps = Layers.Select((layer, i) => Samples.Map(layer.Pixels, seed: i)).ToArray();
        var combination = new ScaleCombination(Layers, target, weights);
        var combined = new float[target.Pixels];
        Array.Fill(combined, float.NaN);

        combination.Combine(maps, combined);

        var expected = new double[target.Pixels];
        for (var layer = 0; layer < Layers.Length; layer++)
        {
            var resized = Oracle.Resize(maps[layer], Layers[layer], target);
            for (var i = 0; i < expected.Length; i++)
                expected[i] += resized[i] * weights[layer] / weights.Sum();
        }

        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], combined[i], 1e-6);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(7, 7)]
    [InlineData(500, 41)]
    public void The_bands_make_the_same_map_one_by_one_or_at_once(int asked, int made)
    {
        var target = new MapSize(53, 41);
        float[] weights = [1, 2, 3, 4, 5];
        var maps = Layers.Select((layer, i) => Samples.Map(layer.Pixels, seed: i)).ToArray();
        var (whole, banded) = (new float[target.Pixels], new float[target.Pixels]);
        new ScaleCombination(Layers, target, weights).Combine(maps, whole);
        var combination = new ScaleCombination(Layers, target, weights, asked);

        Assert.Equal(made, combination.Bands);
        Parallel.For(0, combination.Bands, band => combination.Combine(maps, banded, band));
        Assert.Equal(whole, banded);

        Array.Clear(banded);
        combination.Combine(maps, banded);
        Assert.Equal(whole, banded);
    }

    [Fact]
    public void Bands_that_there_cannot_be_are_refused()
    {
        var target = new MapSize(8, 8);
        float[][] maps = [.. Layers.Select(layer => new float[layer.Pixels])];
        var combination = new ScaleCombination(Layers, target, [1, 1, 1, 1, 1], bands: 2);

        Assert.Throws<ArgumentOutOfRangeException>(() => new ScaleCombination(Layers, target, [1, 1, 1, 1, 1], bands: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => combination.Combine(maps, new float[target.Pixels], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => combination.Combine(maps, new float[target.Pixels], -1));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(64)]
    public void Full_maps_give_one_and_never_more(int side)
    {
        var random = new Random(3);
        for (var trial = 0; trial < 50; trial++)
        {
            float[] weights = [.. Layers.Select(_ => random.NextSingle() + 0.01f)];
            var combination = new ScaleCombination(Layers, new MapSize(side, side), weights);
            var combined = new float[side * side];
            combination.Combine([.. Layers.Select(layer => Enumerable.Repeat(1f, layer.Pixels).ToArray())], combined);
            Assert.All(combined, value => Assert.InRange(value, 1 - 1e-6f, 1f));
        }
    }

    [Fact]
    public void The_reference_combination_agrees()
    {
        var shape = Golden.Shape("draw/A_gauss_layers_224.f32");
        var size = new MapSize(shape[3], shape[2]);
        var layers = Golden.Floats("draw/A_gauss_layers_224.f32");
        var expected = Golden.Floats("draw/A_gauss_w12345_224.f32");
        var combination = new ScaleCombination([size, size, size, size, size], size, ScaleWeights.Resolve("rule", 5));
        var combined = new float[size.Pixels];
        combination.Combine([.. layers.Chunk(size.Pixels)], combined);
        for (var i = 0; i < combined.Length; i++)
            Assert.Equal(expected[i], combined[i], 2e-6);
    }

    /// <summary>The whole method, from activations to the combined map.</summary>
    [Fact]
    public void Reference_activations_give_the_reference_combination()
    {
        var shapes = Enumerable.Range(1, 3).Select(tap => Golden.Shape($"cam/gap/tap{tap}_relu.f32")).ToArray();
        MapSize[] sizes = [.. shapes.Select(shape => new MapSize(shape[3], shape[2]))];
        var expected = Golden.Floats("cam/gap/ref_smoe_combined_48x64.f32");
        var combination = new ScaleCombination(sizes, new MapSize(64, 48), ScaleWeights.Resolve("equal", 3));
        var combined = new float[64 * 48];
        var maps = sizes.Select(layer => new float[layer.Pixels]).ToArray();
        for (var layer = 0; layer < sizes.Length; layer++)
        {
            SmoeScale.Compute(Golden.Floats($"cam/gap/tap{layer + 1}_relu.f32"), shapes[layer][1], maps[layer]);
            GaussNormalisation.Apply(maps[layer], maps[layer]);
        }

        combination.Combine(maps, combined);
        for (var i = 0; i < combined.Length; i++)
            Assert.Equal(expected[i], combined[i], 2e-6);
    }

    [Fact]
    public void Unusable_weights_and_sizes_are_refused()
    {
        var size = new MapSize(2, 2);
        Assert.Throws<ArgumentException>(() => new ScaleCombination([size], size, [1f, 1f]));
        Assert.Throws<ArgumentException>(() => new ScaleCombination([size], size, [0f]));
        Assert.Throws<ArgumentException>(() => new ScaleCombination([size], size, [float.NaN]));
        Assert.Throws<ArgumentException>(() => new ScaleCombination([size], default, [1f]));
        var combination = new ScaleCombination([size], size, [1f]);
        Assert.Throws<ArgumentException>(() => combination.Combine([new float[4]], new float[5]));
        Assert.Throws<ArgumentException>(() => combination.Combine([new float[3]], new float[4]));
        Assert.Throws<ArgumentException>(() => combination.Combine([new float[4], new float[4]], new float[4]));
    }
}
