using System.Runtime.Intrinsics;

namespace FastCam.Tests.Saliency;

/// <summary>The widest vectors that a process has.</summary>
static class SimdWidth
{
    /// <summary>What a child process of <see cref="SimdWidthTests"/> is told to find, in bits.</summary>
    public const string Variable = "FASTCAM_TESTS_SIMD_WIDTH";

    public static int Widest => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
}
