using System.Diagnostics;
using FastCam.Onnx.Runtime;

namespace FastCam.Tests.Cli;

/// <summary>Standard output on a disk that is full, or in a pipe that nobody reads any more: the work goes on.</summary>
public sealed class StandardStreamTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--json")]
    [InlineData(null)]
    public void A_stream_goes_on_when_its_output_is_full(string? json)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full, which Linux has");
        var film = _folder.File("out.mp4");
        string[] arguments = ["run", "--source", "test:320x240@10?frames=20", "--sink", $"file:{film}", .. json is null ? [] : new[] { json }];

        AssertSaid(Run("> /dev/full", arguments));

        Assert.Equal(20, FFmpeg.CountFrames(film));
    }

    [Theory]
    [InlineData("sources")]
    [InlineData("sources", "--json")]
    [InlineData("inspect", "efficientnet-lite0")]
    [InlineData("inspect", "efficientnet-lite0", "--json")]
    [InlineData("doctor")]
    [InlineData("doctor", "--json")]
    [InlineData("--help")]
    public void A_report_that_cannot_be_printed_is_a_sentence(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full, which Linux has");
        AssertSaid(Run("> /dev/full", arguments));
    }

    [Theory]
    [InlineData("--json")]
    [InlineData(null)]
    public void An_explanation_is_written_though_it_cannot_be_reported(string? json)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full, which Linux has");
        var photo = Repository.File("media", "photos", "rocket.jpg");

        AssertSaid(Run("> /dev/full", ["explain", photo, "-o", _folder.Path, .. json is null ? [] : new[] { json }]));

        Assert.True(File.Exists(_folder.File("rocket.overlay.png")));
    }

    [Fact]
    public void An_error_keeps_its_code_where_nothing_can_be_printed()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full, which Linux has");
        var result = Run("> /dev/full 2>&1", "run", "--source", _folder.File("nothing.mp4"), "--sink", "null:", "--json");

        Assert.Equal((10, ""), (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData("run", "--source", "test:320x240@10?frames=20", "--sink", "null:", "--json")]
    [InlineData("inspect", "efficientnet-lite0")]
    public void A_pipe_that_nobody_reads_any_more_is_no_failure(params string[] arguments)
    {
        var result = Run("| head -1; exit ${PIPESTATUS[0]}", arguments);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Single(result.Output.TrimEnd('\n').Split('\n'));
    }

    static void AssertSaid(Cli.Result result)
    {
        Assert.True(result.ExitCode == 44, $"exit code {result.ExitCode}: {result.Error}");
        var said = Assert.Single(result.Error.Split('\n'), line => line.StartsWith("fastcam: ", StringComparison.Ordinal));
        Assert.StartsWith("fastcam: Standard output cannot be written (No space left on device", said);
        Assert.DoesNotContain("   at ", result.Error);
    }

    /// <summary>Runs a command whose output goes where a shell is told to send it.</summary>
    static Cli.Result Run(string where, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-c", $"\"$0\" \"$@\" {where}", Cli.Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        start.Environment[ModelCache.Variable] = Cli.Cache.Path;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(2)), "It did not end.");
        return new(process.ExitCode, output, error.Result);
    }
}
