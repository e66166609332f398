namespace FastCam.Tests.Cli;

/// <summary>The library that draws letters is large, so only who asks for letters should wait for it.</summary>
public sealed class LoadedLibraryTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true, "--legend")]
    [InlineData(true, "--view", "sheet")]
    public void Skia_is_loaded_for_letters_alone(bool expected, params string[] drawing)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "uses the trace of glibc's loader");
        var trace = _folder.File("trace");

        string[] arguments = ["explain", Repository.File("media", "photos", "chelsea.png"), "-o", _folder.File("out"), .. drawing];
        Cli.Run(arguments, ("LD_DEBUG", "files"), ("LD_DEBUG_OUTPUT", trace)).Succeeded();

        // There is one file for each process; the program is the one that opened the network's runtime.
        var traces = Directory.GetFiles(_folder.Path, "trace.*").Select(File.ReadAllText);
        var opened = Assert.Single(traces, text => text.Contains("libonnxruntime.so"));
        Assert.Equal(expected, opened.Contains("libSkiaSharp.so"));
        Assert.DoesNotContain("libHarfBuzzSharp.so", opened);
    }
}
