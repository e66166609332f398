using FastCam.Cli;
using FastCam.Onnx.Runtime;
using FastCam.Tests.Faults;

namespace FastCam.Tests.Onnx;

/// <summary>Which native library is loaded, and that it sends nothing to anybody.</summary>
public sealed class OnnxRuntimeLibraryTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_runtimes_telemetry_is_off()
    {
        // The library leaves its database in the cache folder as soon as it starts, unless the switch is set by then.
        Cli.Cli.Run(["inspect", "efficientnet-lite0"], ("ORT_DISABLE_TELEMETRY", ""), ("XDG_CACHE_HOME", _folder.Path), ("HOME", _folder.Path)).Succeeded();

        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories), entry => entry.Contains("onnxruntime"));
    }

    [Theory]
    [InlineData("1.29.0")]
    [InlineData("1.9.0")]
    public void An_older_library_is_refused_naming_both_versions(string version)
    {
        var result = Cli.Cli.Run(["inspect", "efficientnet-lite0"], (OnnxRuntimeLibrary.Variable, Compile($"""
            static const void* api(unsigned version) {"{ return 0; }"}
            static const char* release(void) {"{"} return "{version}"; {"}"}
            static const struct {"{ const void* (*api)(unsigned); const char* (*release)(void); }"} base = {"{ api, release }"};
            const void* OrtGetApiBase(void) {"{ return &base; }"}
            """)));

        IsRefused(result, $"is ONNX Runtime {version}, and this program needs {OnnxRuntimeLibrary.Oldest} or later");
        Assert.Equal("1.31", OnnxRuntimeLibrary.Oldest.ToString());
    }

    [Fact]
    public void A_library_of_something_else_is_refused() =>
        IsRefused(Cli.Cli.Run(["inspect", "efficientnet-lite0"], (OnnxRuntimeLibrary.Variable, Compile("int nothing;"))), "has no function OrtGetApiBase");

    [Fact]
    public void A_library_that_does_not_exist_is_refused() =>
        IsRefused(Cli.Cli.Run(["inspect", "efficientnet-lite0"], (OnnxRuntimeLibrary.Variable, _folder.File("nowhere.so"))), "nowhere.so");

    [Fact]
    public void A_library_that_is_new_enough_is_loaded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "looks at /proc");
        var elsewhere = _folder.File("libonnxruntime.so");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "libonnxruntime.so"), elsewhere);

        using var process = Cli.Cli.Start(["run", "--source", "test:160x90@30", "--sink", "null:", "--json"], (OnnxRuntimeLibrary.Variable, elsewhere));
        try
        {
            Assert.NotNull(process.StandardOutput.ReadLine());
            Assert.Contains(elsewhere, File.ReadAllText($"/proc/{process.Id}/maps"));
        }
        finally
        {
            process.Kill();
        }
    }

    static void IsRefused(Cli.Cli.Result result, string reason)
    {
        Assert.Equal((int)ExitCode.RuntimeMissing, result.ExitCode);
        var line = Assert.Single(result.Error.Split('\n'), line => line.StartsWith("fastcam: "));
        Assert.Contains(reason, line);
        Assert.Contains(OnnxRuntimeLibrary.Variable, line);
    }

    string Compile(string source)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/cc"), "needs a C compiler to make a library");
        var file = _folder.Write("library.c", System.Text.Encoding.UTF8.GetBytes(source));
        var library = _folder.File("library.so");
        Assert.Equal(0, RtspServer.Execute("/usr/bin/cc", "-shared", "-fPIC", "-o", library, file));
        return library;
    }
}
