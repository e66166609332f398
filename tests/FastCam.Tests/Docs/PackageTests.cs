using System.Diagnostics;

namespace FastCam.Tests.Docs;

/// <summary>Which native libraries go into the program.</summary>
public sealed class PackageTests
{
    [Fact]
    public void No_other_platforms_libraries_lie_beside_the_program()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "names Linux's libraries");

        Assert.Empty(Directory.GetFiles(AppContext.BaseDirectory, "onnxruntime*.dll"));
        Assert.Empty(Directory.GetFiles(AppContext.BaseDirectory, "*.dylib"));
        Assert.False(Directory.Exists(Path.Combine(AppContext.BaseDirectory, "runtimes")));
        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "libonnxruntime.so")));
    }

    [Theory]
    [InlineData("dejavu/LICENSE.txt", "Bitstream Vera Fonts Copyright")]
    [InlineData("dejavu/LICENSE.txt", "Arev Fonts Copyright")]
    [InlineData("scottplot/LICENSE.txt", "Scott Harden")]
    [InlineData("scottplot/NOTICES.txt", "require attribution")]
    [InlineData("skiasharp/LICENSE.txt", "Xamarin")]
    [InlineData("skiasharp/THIRD-PARTY-NOTICES.txt", "# skia", "# HarfBuzz", "# freetype")]
    [InlineData("THIRD-PARTY-NOTICES.md", "DejaVu Sans Condensed", "ScottPlot", "`libSkiaSharp.so`", "`libHarfBuzzSharp.so`")]
    public void The_licences_of_letters_and_plots_lie_beside_the_program(string file, params string[] contents)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "licences", file));

        Assert.All(contents, content => Assert.Contains(content, text));
    }

    [Theory]
    [InlineData("directml", "linux-x64", "no Microsoft.ML.OnnxRuntime.DirectML package goes with")]
    [InlineData("gpu", "linux-arm64", "linux-x64 and win-x64 alone, not linux-arm64")]
    [InlineData("npu", "linux-x64", "cpu, gpu or directml, not npu")]
    public void A_package_that_there_is_not_is_refused_in_a_sentence(string package, string platform, string reason)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", Repository.File("src", "FastCam.Edge"), "-nologo", "-t:RefuseOnnxRuntime", $"-p:OnnxRuntime={package}", $"-p:RuntimeIdentifier={platform}"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(1, process.ExitCode);
        Assert.Contains(reason, said);
    }
}
