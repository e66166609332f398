using FastCam.Lab.Bench;

namespace FastCam.Tests.Bench;

/// <summary>What a soak makes of its looks at memory, on looks whose growth is known: it must be shown to be small.</summary>
public sealed class GrowthTests
{
    const double Megabyte = 1e6;

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-30)]
    public void Little_growth_under_little_noise_is_level(double bytesEachFrame)
    {
        var growth = Fit(bytesEachFrame, noise: 0.02 * Megabyte);

        Assert.True(growth.IsLevel, growth.Verdict);
        Assert.StartsWith("level: ", growth.Verdict);
    }

    /// <summary>The smallest object on each frame is 24 bytes.</summary>
    [Theory]
    [InlineData(24, 0.02)]
    [InlineData(24, 0.2)]
    [InlineData(1000, 2)]
    public void What_grows_is_said_to_grow(double bytesEachFrame, double megabytesOfNoise)
    {
        var growth = Fit(bytesEachFrame, megabytesOfNoise * Megabyte);

        Assert.False(growth.IsLevel, growth.Verdict);
        Assert.StartsWith("grows: ", growth.Verdict);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(24)]
    public void Noise_that_could_hide_growth_shows_nothing(double bytesEachFrame)
    {
        var growth = Fit(bytesEachFrame, noise: 20 * Megabyte);

        Assert.False(growth.IsLevel, growth.Verdict);
        Assert.StartsWith("not shown to be level: ", growth.Verdict);
    }

    /// <summary>As many looks as a soak takes, over the frames of the short one.</summary>
    static Growth Fit(double bytesEachFrame, double noise)
    {
        const int Looks = 100, Period = 360;
        var random = new Random(5);
        List<double> frames = [.. Enumerable.Range(1, Looks).Select(look => (double)(look * Period))];
        return Growth.Fit(frames, frames.ConvertAll(frame => 200 * Megabyte + bytesEachFrame * frame + noise * (random.NextDouble() - 0.5)));
    }
}
