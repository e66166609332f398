using System.Diagnostics;

namespace FastCam.Tests.Docs;

/// <summary>Tests which native libraries go into the program.</summary>
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
    [InlineData("libvips/LGPL-3.0.txt", "GNU LESSER GENERAL PUBLIC LICENSE")]
    [InlineData("libvips/GPL-3.0.txt", "GNU GENERAL PUBLIC LICENSE")]
    [InlineData("libvips/THIRD-PARTY-NOTICES.md", "libvips")]
    [InlineData("libvips/versions.json", "vips")]
    [InlineData("onnxruntime/LICENSE", "Microsoft")]
    [InlineData("onnxruntime/ThirdPartyNotices.txt", "protobuf")]
    [InlineData("THIRD-PARTY-NOTICES.md", "DejaVu Sans Condensed", "ScottPlot", "`libSkiaSharp.so`", "`libHarfBuzzSharp.so`")]
    public void The_licences_of_what_the_program_brings_lie_beside_it(string file, params string[] contents)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "licences", file));

        Assert.All(contents, content => Assert.Contains(content, text));
    }

    [Fact]
    public void A_platform_without_native_libraries_is_refused_in_a_sentence() =>
        IsRefused(
            "RefusePlatform", "linux-x64, linux-arm64, win-x64, win-arm64 and osx-arm64, not for linux-musl-x64",
            "-p:RuntimeIdentifier=linux-musl-x64");

    [Theory]
    [InlineData("directml", "linux-x64", "no Microsoft.ML.OnnxRuntime.DirectML package goes with")]
    [InlineData("gpu", "linux-arm64", "linux-x64 and win-x64 alone, not linux-arm64")]
    [InlineData("npu", "linux-x64", "cpu, gpu or directml, not npu")]
    public void A_package_that_there_is_not_is_refused_in_a_sentence(string package, string platform, string reason) =>
        IsRefused("RefuseOnnxRuntime", reason, $"-p:OnnxRuntime={package}", $"-p:RuntimeIdentifier={platform}");

    static void IsRefused(string target, string reason, params string[] properties)
    {
        string[] arguments = ["msbuild", Repository.File("src", "FastCam.Cli"), "-nologo", $"-t:{target}", .. properties];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(1, process.ExitCode);
        Assert.Contains(reason, said);
    }
}
