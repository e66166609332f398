using FastCam.Saliency.Masks;
using FastCam.Saliency.Resampling;

namespace FastCam.Tests.Saliency;

public sealed class MaskFillTests
{
    static readonly MapSize Size = new(37, 29);

    static float[] Image(MapSize size) => [.. Samples.Map(3 * size.Pixels, seed: 5).Select((value, i) => 100 + 60 * MathF.Sin(i * 0.05f) + 40 * value)];

    static bool[] Mask(MapSize size, double removed)
    {
        var stays = new bool[size.Pixels];
        SaliencyMask.Remove(Samples.Map(size.Pixels, seed: 9), removed, stays);
        return stays;
    }

    static float[] Filled(MaskFill fill, float[] image, bool[] stays)
    {
        var filled = new float[image.Length];
        fill.Begin(image);
        fill.Apply(image, stays, filled);
        return filled;
    }

    [Theory]
    [InlineData(FillKind.Mean)]
    [InlineData(FillKind.Zero)]
    [InlineData(FillKind.Blur)]
    [InlineData(FillKind.Road)]
    public void What_stays_is_untouched_and_the_rest_is_not(FillKind kind)
    {
        var image = Image(Size);
        var stays = Mask(Size, 0.4);

        var filled = Filled(MaskFill.Create(kind, Size), image, stays);

        for (var i = 0; i < image.Length; i++)
            Assert.True(filled[i] == image[i] == stays[i % Size.Pixels], $"value {i}");
    }

    [Fact]
    public void The_mean_is_that_of_each_channel_of_the_whole_image()
    {
        var image = Image(Size);
        var filled = Filled(new MeanFill(Size, 3), image, new bool[Size.Pixels]);

        for (var channel = 0; channel < 3; channel++)
        {
            var mean = image.Skip(channel * Size.Pixels).Take(Size.Pixels).Average(value => (double)value);
            Assert.All(filled.Skip(channel * Size.Pixels).Take(Size.Pixels), value => Assert.Equal(mean, value, 1e-4));
        }
    }

    [Fact]
    public void Zero_is_zero() => Assert.All(Filled(new ZeroFill(Size, 3), Image(Size), new bool[Size.Pixels]), value => Assert.Equal(0, value));

    [Theory]
    [InlineData(1.5)]
    [InlineData(20)]
    public void The_blur_agrees_with_float64(double sigma)
    {
        var image = Image(Size);

        var filled = Filled(new BlurFill(Size, 3, sigma), image, new bool[Size.Pixels]);

        var reach = (int)(6 * sigma);
        var weights = Enumerable.Range(-reach, 2 * reach + 1).Select(offset => Math.Exp(-0.5 * offset * offset / (sigma * sigma))).ToArray();
        var total = weights.Sum();
        foreach (var (x, y) in new[] { (0, 0), (36, 28), (18, 14), (3, 27), (36, 7) })
        {
            double sum = 0;
            for (var dy = -reach; dy <= reach; dy++)
            {
                for (var dx = -reach; dx <= reach; dx++)
                    sum += weights[dx + reach] * weights[dy + reach] * image[Math.Clamp(y + dy, 0, 28) * 37 + Math.Clamp(x + dx, 0, 36)];
            }
            Assert.Equal(sum / (total * total), filled[y * 37 + x], 0.02);
        }
    }

    [Theory]
    [InlineData(37, 29, 0.1)]
    [InlineData(37, 29, 0.9)]
    [InlineData(1, 50, 0.5)]
    [InlineData(50, 1, 0.7)]
    [InlineData(2, 2, 0.5)]
    public void Imputed_pixels_are_the_weighted_means_of_their_neighbours(int width, int height, double removed)
    {
        var size = new MapSize(width, height);
        var image = Image(size);
        var stays = Mask(size, removed);

        var filled = Filled(new RoadFill(size, 3, noise: 0), image, stays);

        var exact = Imputed(image.AsSpan(0, size.Pixels), stays, size);
        for (var i = 0; i < size.Pixels; i++)
            Assert.Equal(exact[i], filled[i], 0.01);
    }

    [Fact]
    public void A_large_hole_is_imputed_in_few_steps()
    {
        var size = new MapSize(224, 224);
        var stays = new bool[size.Pixels];
        for (var i = 0; i < stays.Length; i++)
            stays[i] = i % 224 == 0; // one column is all that is known: the hardest case
        var plane = new float[size.Pixels];
        Array.Fill(plane, 50);
        var imputation = new LinearImputation(size);

        imputation.Begin(stays);
        imputation.Solve(plane, stays, plane);

        Assert.All(plane, value => Assert.Equal(50, value, 0.05));
        Assert.InRange(imputation.Steps, 1, 60);
    }

    [Fact]
    public void The_noise_is_small_normal_and_the_same_again()
    {
        var size = new MapSize(224, 224);
        var image = new float[3 * size.Pixels];
        Array.Fill(image, 120);
        var stays = Mask(size, 0.5);
        var fill = new RoadFill(size, 3, noise: 2.55f, seed: 1);

        var filled = Filled(fill, image, stays);

        var noise = filled.Where((_, i) => !stays[i % size.Pixels]).Select(value => (double)value - 120).ToArray();
        Assert.Equal(0, noise.Average(), 0.05);
        Assert.Equal(2.55, Math.Sqrt(noise.Average(value => value * value)), 0.05);
        Assert.Equal(0.683, noise.Count(value => Math.Abs(value) < 2.55) / (double)noise.Length, 0.01);
        Assert.Equal(filled, Filled(fill, image, stays));
        Assert.NotEqual(filled, Filled(new RoadFill(size, 3, noise: 2.55f, seed: 2), image, stays));
    }

    [Fact]
    public void With_nothing_left_to_impute_from_the_mean_is_taken()
    {
        var image = Image(Size);

        Assert.Equal(Filled(new MeanFill(Size, 3), image, new bool[Size.Pixels]), Filled(new RoadFill(Size, 3, noise: 0), image, new bool[Size.Pixels]));
    }

    [Fact]
    public void An_image_may_be_filled_in_place()
    {
        foreach (var kind in Enum.GetValues<FillKind>())
        {
            var image = Image(Size);
            var stays = Mask(Size, 0.4);
            var apart = Filled(MaskFill.Create(kind, Size), image, stays);
            var fill = MaskFill.Create(kind, Size);
            fill.Begin(image);
            fill.Apply(image, stays, image);

            Assert.Equal(apart, image);
        }
    }

    [Fact]
    public void Another_size_is_refused()
    {
        var fill = MaskFill.Create(FillKind.Mean, Size);

        Assert.Throws<ArgumentException>(() => fill.Begin(new float[Size.Pixels]));
        Assert.Throws<ArgumentException>(() => fill.Apply(new float[3 * Size.Pixels], new bool[5], new float[3 * Size.Pixels]));
    }

    /// <summary>Gauss and Seidel in float64 until nothing moves.</summary>
    static double[] Imputed(ReadOnlySpan<float> plane, bool[] stays, MapSize size)
    {
        var values = new double[plane.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = stays[i] ? plane[i] : 100;
        for (double moved = 1; moved > 1e-9;)
        {
            moved = 0;
            for (var i = 0; i < values.Length; i++)
            {
                if (stays[i])
                    continue;
                double sum = 0, weights = 0;
                for (var dy = -1; dy <= 1; dy++)
                {
                    for (var dx = -1; dx <= 1; dx++)
                    {
                        var (x, y) = (i % size.Width + dx, i / size.Width + dy);
                        if ((dx, dy) == (0, 0) || x < 0 || y < 0 || x >= size.Width || y >= size.Height)
                            continue;
                        var weight = dx != 0 && dy != 0 ? 1 / 12.0 : 1 / 6.0;
                        sum += weight * values[y * size.Width + x];
                        weights += weight;
                    }
                }

                moved = Math.Max(moved, Math.Abs(sum / weights - values[i]));
                values[i] = sum / weights;
            }
        }

        return values;
    }
}
