using System.Diagnostics;
using System.Text.RegularExpressions;
using FastCam.Tests.Onnx;

namespace FastCam.Tests.Saliency;

/// <summary>
/// Every kernel at every SIMD width, against the same float64 oracles: the tests run themselves as a child process with
/// instruction sets switched off, and the child asserts how wide its vectors are. At the widest they run in the suite itself.
/// </summary>
public sealed partial class SimdWidthTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    static readonly Type[] Kernels =
    [
        typeof(RunningWidthTests), typeof(SmoeScaleTests), typeof(GaussNormalisationTests), typeof(BilinearUpsamplerTests), typeof(ScaleCombinationTests),
        typeof(LoviTests), typeof(FrameToTensorTests), typeof(OverlayTests), typeof(OverlayModeTests), typeof(ByteTableTests),
        typeof(SmoePartTests), typeof(LanePartTests), typeof(LaneStatisticTests), typeof(QuantisedSmoeTests),
    ];

    /// <summary>The switches of .NET 10 come first, then what other versions call them.</summary>
    [Theory]
    [InlineData(256, "DOTNET_EnableAVX512", "DOTNET_EnableAVX512F")]
    [InlineData(128, "DOTNET_EnableAVX2", "DOTNET_EnableAVX512", "DOTNET_EnableAVX512F")]
    [InlineData(0, "DOTNET_EnableHWIntrinsic")]
    public void Every_kernel_agrees_with_its_oracle(int widest, params string[] switchedOff)
    {
        var (exitCode, output) = RunThese(Math.Min(widest, SimdWidth.Widest), switchedOff);

        Assert.True(exitCode == 0, output);
        Assert.True(int.Parse(Total().Match(output).Groups[1].Value) > 100, output);
    }

    static (int ExitCode, string Output) RunThese(int width, string[] switchedOff)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, typeof(SimdWidthTests).Assembly.GetName().Name!))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var argument in (string[])["-noLogo", "-noColor", .. Kernels.SelectMany(kernel => (string[])["-class", kernel.FullName!])])
            start.ArgumentList.Add(argument);
        foreach (var name in switchedOff)
            start.Environment[name] = "0";
        start.Environment[SimdWidth.Variable] = $"{width}";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (process.WaitForExit(Patience))
            return (process.ExitCode, output.Result + error.Result);
        process.Kill();
        return (-1, $"The tests at {width} bits did not end within {Patience}.");
    }

    [GeneratedRegex(@"Total: (\d+)")]
    private static partial Regex Total();
}
