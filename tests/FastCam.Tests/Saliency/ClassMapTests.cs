using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Resampling;

namespace FastCam.Tests.Saliency;

public sealed class ClassMapTests
{
    static readonly MapSize Layer = new(7, 5);
    static readonly MapSize Target = new(31, 22);

    public static TheoryData<string> Methods => [.. ClassMapMethod.Names];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Weights_agree_with_float64(string name)
    {
        const int Channels = 19;
        var activations = Samples.Activations(Channels * Layer.Pixels);
        var gradients = Gradients(Channels * Layer.Pixels);
        var weights = new float[Channels];

        ClassMapMethod.Create(name)!.Weights(activations, gradients, weights);

        for (var channel = 0; channel < Channels; channel++)
        {
            var (from, to) = (channel * Layer.Pixels, (channel + 1) * Layer.Pixels);
            var expected = Weight(name, [.. activations[from..to].Select(value => (double)value)], [.. gradients[from..to].Select(value => (double)value)]);
            Assert.Equal(expected, weights[channel], Math.Abs(expected) * 1e-5 + 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void One_gradient_a_channel_is_that_gradient_in_each_of_its_pixels(string name)
    {
        const int Channels = 40;
        var activations = Samples.Activations(Channels * Layer.Pixels);
        var gradients = Gradients(Channels);
        var (one, each) = (new float[Channels], new float[Channels]);
        var method = ClassMapMethod.Create(name)!;

        method.Weights(activations, gradients, one);
        method.Weights(activations, [.. Enumerable.Range(0, activations.Length).Select(i => gradients[i / Layer.Pixels])], each);

        for (var channel = 0; channel < Channels; channel++)
            Assert.Equal(each[channel], one[channel], Math.Abs(each[channel]) * 1e-6);
        Assert.Contains(one, weight => weight != 0);
    }

    [Fact]
    public void The_map_agrees_with_float64()
    {
        const int Channels = 64;
        var activations = Samples.Activations(Channels * Layer.Pixels);
        var gradients = Gradients(Channels);
        var evidence = new double[Layer.Pixels];
        for (var i = 0; i < activations.Length; i++)
            evidence[i % Layer.Pixels] += (double)activations[i] * gradients[i / Layer.Pixels];
        var rectified = evidence.Select(value => (float)Math.Max(value, 0)).ToArray();
        var resized = Oracle.Resize(rectified, Layer, Target);
        var map = new float[Target.Pixels];

        new ClassMap(ClassMapMethod.Create("grad-cam")!, Channels, Layer, Target).Compute(activations, gradients, map);

        Assert.Contains(rectified, value => value == 0);
        for (var i = 0; i < map.Length; i++)
            Assert.Equal((resized[i] - resized.Min()) / (resized.Max() - resized.Min()), map[i], 2e-6);
        Assert.Equal((0f, 1f), (map.Min(), map.Max()));
    }

    [Fact]
    public void Nothing_for_the_class_is_0_and_the_same_everywhere_is_a_half()
    {
        var map = new float[Target.Pixels];
        var classMap = new ClassMap(ClassMapMethod.Create("grad-cam")!, 2, Layer, Target);
        var activations = new float[2 * Layer.Pixels];
        Array.Fill(activations, 3);

        classMap.Compute(activations, [-1f, 0.5f], map);
        Assert.All(map, value => Assert.Equal(0, value));

        classMap.Compute(activations, [-1f, 1.5f], map);
        Assert.All(map, value => Assert.Equal(0.5f, value));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Values_that_are_no_numbers_leave_the_map_within_0_and_1(string name)
    {
        const int Channels = 3;
        float[] strange = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -5, 1e-40f];
        var map = new float[Target.Pixels];
        var classMap = new ClassMap(ClassMapMethod.Create(name)!, Channels, Layer, Target);
        foreach (var value in strange)
        {
            var activations = Samples.Activations(Channels * Layer.Pixels);
            (activations[2], activations[Layer.Pixels + 34], activations[^1]) = (value, value, value);
            foreach (var gradients in new float[][] { [1, -2, 3], [value, value, 1], Gradients(activations.Length) })
            {
                classMap.Compute(activations, gradients, map);
                Assert.All(map, pixel => Assert.InRange(pixel, 0f, 1f));
            }
        }
    }

    [Fact]
    public void Fast_CAM_and_the_non_class_map_share_the_combined_map_out()
    {
        var (combined, classMap) = (Samples.Map(1001, seed: 1), Samples.Map(1001, seed: 2));
        var (fast, rest) = (new float[1001], new float[1001]);

        ClassCombination.FastCam(combined, classMap, fast);
        ClassCombination.NonClass(combined, classMap, rest);

        for (var i = 0; i < combined.Length; i++)
        {
            Assert.Equal((double)combined[i] * classMap[i], fast[i], 1e-7);
            Assert.Equal(combined[i] * (1.0 - classMap[i]), rest[i], 1e-7);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_frame_allocates_nothing(string name)
    {
        var activations = Samples.Activations(64 * Layer.Pixels);
        var (closed, full) = (Gradients(64), Gradients(64 * Layer.Pixels));
        var map = new float[Target.Pixels];
        var classMap = new ClassMap(ClassMapMethod.Create(name)!, 64, Layer, Target);
        void Frame()
        {
            classMap.Compute(activations, closed, map);
            classMap.Compute(activations, full, map);
            ClassCombination.FastCam(map, map, map);
            ClassCombination.NonClass(map, map, map);
        }

        Frame();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
            Frame();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Names_are_found_in_any_case_and_no_other()
    {
        Assert.Equal(["grad-cam", "grad-cam++", "xgrad-cam"], ClassMapMethod.Names);
        Assert.Equal("grad-cam++", ClassMapMethod.Create("Grad-CAM++")!.Name);
        Assert.Null(ClassMapMethod.Create("cam"));
    }

    [Fact]
    public void Lengths_that_do_not_agree_are_refused()
    {
        var method = ClassMapMethod.Create("grad-cam")!;
        Assert.Throws<ArgumentException>(() => method.Weights(new float[7], new float[7], new float[2]));
        Assert.Throws<ArgumentException>(() => method.Weights(new float[8], new float[3], new float[2]));
        Assert.Throws<ArgumentException>(() => method.Weights([], [], []));
        Assert.Throws<ArgumentException>(() => ClassMap.Weigh(new float[8], new float[2], new float[3]));
        Assert.Throws<ArgumentException>(() => ClassCombination.FastCam(new float[8], new float[8], new float[7]));
        var classMap = new ClassMap(method, 2, Layer, Target);
        Assert.Throws<ArgumentException>(() => classMap.Compute(new float[2], new float[2], new float[Target.Pixels]));
        Assert.Throws<ArgumentException>(() => classMap.Compute(new float[2 * Layer.Pixels], new float[2], new float[3]));
    }

    /// <summary>The formulas of the three methods as they are printed.</summary>
    static double Weight(string name, double[] a, double[] g)
    {
        var sum = a.Zip(g, (x, slope) => x * slope * slope * slope).Sum();
        return name switch
        {
            "grad-cam" => g.Average(),
            "grad-cam++" => g.Sum(slope => slope * slope / (2 * slope * slope + sum + 1e-7) * Math.Max(slope, 0)),
            _ => a.Zip(g, (x, slope) => x * slope).Sum() / (a.Sum() + 1e-6),
        };
    }

    /// <summary>Of both signs, a few thousandths, as a trained network's are.</summary>
    static float[] Gradients(int count) => [.. Samples.Map(count, seed: 7).Select(value => (value - 0.5f) * 0.01f)];
}
