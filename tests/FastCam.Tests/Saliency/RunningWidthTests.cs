using System.Runtime.Intrinsics;

namespace FastCam.Tests.Saliency;

/// <summary>What this process runs on: in a child of <see cref="SimdWidthTests"/>, no wider vectors than were left to it.</summary>
public sealed class RunningWidthTests
{
    [Fact]
    public void The_vectors_are_as_wide_as_was_asked_for_and_none_is_wider()
    {
        var expected = int.Parse(Environment.GetEnvironmentVariable(SimdWidth.Variable) ?? $"{SimdWidth.Widest}");

        Assert.Equal(expected >= 128, Vector128.IsHardwareAccelerated);
        Assert.Equal(expected >= 256, Vector256.IsHardwareAccelerated);
        Assert.Equal(expected >= 512, Vector512.IsHardwareAccelerated);
    }
}
