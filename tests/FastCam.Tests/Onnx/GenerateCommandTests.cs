using FastCam.Cli;
using FastCam.Lab.Generation;
using FastCam.Onnx.Models;

namespace FastCam.Tests.Onnx;

/// <summary><c>fastcam generate</c> as a person uses it.</summary>
public sealed class GenerateCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Output => _folder.File("net.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Writes_what_the_options_ask_for()
    {
        Run("squeezenet1.1", "--input-size", "128", "--seed", "4", "--batch-norm", "--dynamic", "batch").Succeeded();

        var model = Model.Load(Output);
        Assert.Equal(128, model.Input.Width);
        Assert.Equal([63, 31, 15, 7], model.ScaleEnds.Select(tap => tap.Height));
        var same = new MemoryStream();
        NetworkGenerator.Write(same, "squeezenet1.1", new GeneratorOptions { InputSize = 128, Seed = 4, KeepBatchNorm = true, Dynamic = DynamicSizes.Batch });
        Assert.Equal(same.ToArray(), File.ReadAllBytes(Output));
    }

    [Fact]
    public void Overwrites_only_when_forced()
    {
        _folder.Write("net.onnx", [1, 2, 3]);

        Fails(ExitCode.OutputExists, "--force", "squeezenet1.1");
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Output));

        Run("squeezenet1.1", "--force").Succeeded();
        Assert.True(new FileInfo(Output).Length > 4_000_000);
    }

    [Fact]
    public void A_failure_leaves_no_file_and_keeps_the_old_one()
    {
        Fails(ExitCode.BadOption, "one size", "vgg16", "--dynamic", "spatial");
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));

        _folder.Write("net.onnx", [1, 2, 3]);
        Fails(ExitCode.BadOption, "multiple of 32", "yolov8n", "--input-size", "330", "--force");
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Output));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void An_unknown_name_lists_those_there_are() => Fails(ExitCode.BadOption, string.Join(", ", NetworkGenerator.Names), "resnet51");

    [Fact]
    public void A_folder_that_is_not_there_is_a_sentence()
    {
        var result = Cli.Cli.RunInside("generate", "squeezenet1.1", "-o", _folder.File("nowhere/net.onnx"));

        Assert.Equal((int)ExitCode.OutputUnwritable, result.ExitCode);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Help_lists_the_networks()
    {
        var help = Cli.Cli.RunInside("generate", "--help").Succeeded().Output;

        Assert.All(NetworkGenerator.Names, name => Assert.Contains(name, help));
        Assert.Contains("fastcam generate resnet50 -o", help);
    }

    Cli.Cli.Result Run(string network, params string[] options) => Cli.Cli.RunInside(["generate", network, "-o", Output, .. options]);

    void Fails(ExitCode code, string says, string network, params string[] options)
    {
        var result = Run(network, options);

        Assert.Equal(((int)code, 1), (result.ExitCode, result.Error.TrimEnd().Split('\n').Length));
        Assert.Contains(says, result.Error);
        Assert.Empty(result.Output);
    }
}
