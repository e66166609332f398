using FastCam.Saliency.Combination;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Masks;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Overlays;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Statistics;

namespace FastCam.Tests.Saliency;

/// <summary>The contract of every per-frame function: no managed memory.</summary>
public sealed class AllocationTests
{
    readonly float[] _activations = Samples.Activations(131 * 49);
    readonly float[] _map = Samples.Map(49);
    readonly float[] _combined = new float[30 * 20];

    [Fact]
    public void SmoeScale_allocates_nothing() =>
        AssertAllocatesNothing(() => SmoeScale.Compute(_activations, 131, _map));

    [Fact]
    public void SmoeScale_allocates_nothing_for_values_that_are_no_numbers()
    {
        _activations[77] = float.NaN;
        _activations[78] = float.PositiveInfinity;
        AssertAllocatesNothing(() => SmoeScale.Compute(_activations, 131, _map));
    }

    [Fact]
    public void GaussNormalisation_allocates_nothing() =>
        AssertAllocatesNothing(() => GaussNormalisation.Apply(_map, _map));

    [Fact]
    public void No_statistic_allocates()
    {
        foreach (var name in Statistic.Names)
        {
            var statistic = Statistic.Create(name)!;
            AssertAllocatesNothing(() => statistic.Compute(_activations, 131, _map));
        }

        _activations[77] = float.NaN;
        foreach (var name in Statistic.Names)
        {
            var statistic = Statistic.Create(name)!;
            AssertAllocatesNothing(() => statistic.Compute(_activations, 131, _map));
        }
    }

    [Fact]
    public void No_normalisation_allocates()
    {
        foreach (var name in Normalisation.Names)
        {
            var normalisation = Normalisation.Create(name, 1, new NormalisationOptions { Fixed = [new(0.5, 0.3)] });
            var time = TimeSpan.Zero;
            AssertAllocatesNothing(() => normalisation.Apply(0, _map, _map, time += TimeSpan.FromMilliseconds(33)));
        }
    }

    [Fact]
    public void Fading_and_smoothing_allocate_nothing()
    {
        var fade = new BorderFade(2);
        var smoothing = new TemporalSmoothing([new MapSize(7, 7)], TimeSpan.FromSeconds(1));
        var time = TimeSpan.Zero;
        AssertAllocatesNothing(() => fade.Apply(_map, new MapSize(7, 7)));
        AssertAllocatesNothing(() => smoothing.Apply(0, _map, time += TimeSpan.FromMilliseconds(33)));
    }

    [Fact]
    public void BilinearUpsampler_allocates_nothing()
    {
        var upsampler = new BilinearUpsampler(new MapSize(7, 7), new MapSize(30, 20));
        AssertAllocatesNothing(() => upsampler.Resize(_map, _combined));
    }

    [Fact]
    public void ScaleCombination_allocates_nothing()
    {
        var combination = new ScaleCombination([new MapSize(7, 7)], new MapSize(30, 20), [1f]);
        float[][] maps = [_map];
        AssertAllocatesNothing(() => combination.Combine(maps, _combined));
    }

    [Fact]
    public void Overlay_allocates_nothing()
    {
        var image = new TestImage(101, 75, seed: 1);
        var overlay = new Overlay(101, 75, new MapSize(7, 7), new SourceRectangle(13, 0, 75, 75), ColourMap.Turbo, 0.6f);
        AssertAllocatesNothing(() => overlay.Blend(image.View, _map, image.View));
    }

    [Fact]
    public void SaliencyMask_allocates_nothing()
    {
        var stays = new bool[_map.Length];
        AssertAllocatesNothing(() => SaliencyMask.Keep(_map, 0.3, stays));
        AssertAllocatesNothing(() => SaliencyMask.Remove(_map, 0.3, stays));
    }

    [Theory]
    [InlineData(FillKind.Mean)]
    [InlineData(FillKind.Zero)]
    [InlineData(FillKind.Blur)]
    [InlineData(FillKind.Road)]
    public void MaskFill_allocates_nothing(FillKind kind)
    {
        var fill = MaskFill.Create(kind, new MapSize(7, 7), channels: 1);
        var stays = new bool[_map.Length];
        SaliencyMask.Keep(_map, 0.3, stays);
        AssertAllocatesNothing(() =>
        {
            fill.Begin(_map);
            fill.Apply(_map, stays, _map);
        });
    }

    /// <summary>
    /// In steady state: what a call allocates shows in every round, and what the runtime allocates once on this thread, as when it
    /// replaces a method while it runs, does not.
    /// </summary>
    internal static void AssertAllocatesNothing(Action call)
    {
        const int Rounds = 3;
        call();
        var least = Enumerable.Range(0, Rounds).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
                call();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.Equal(0, least);
    }
}
