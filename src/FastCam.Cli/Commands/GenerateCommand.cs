using System.CommandLine;
using FastCam.Cli.Options;
using FastCam.Cli.Output;
using FastCam.Lab.Generation;
using FastCam.Video;

namespace FastCam.Cli.Commands;

/// <summary><c>fastcam generate</c>: writes a classic network with random weights, for measuring and for tests.</summary>
static class GenerateCommand
{
    public static Command Create()
    {
        var network = new Argument<string>("NETWORK") { Description = string.Join(", ", NetworkGenerator.Names) };
        var output = new Option<string>("--output", "-o") { Description = "The .onnx file to write", HelpName = "FILE", Required = true };
        var inputSize = new Option<int?>("--input-size") { Description = "Rows and columns of the input; by default the network's own" };
        var seed = new Option<int>("--seed") { Description = "Chooses the weights" };
        var batchNorm = new Option<bool>("--batch-norm") { Description = "Keep batch norms as nodes; by default they are folded into the convolutions" };
        var nhwc = OptionFactory.Named<NhwcLayout>("--nhwc", "Channels last, at the input or between all convolutions");
        var dynamic = OptionFactory.Named<DynamicSizes>("--dynamic", "Input sizes left open");
        var force = CommonOptions.Force();
        var command = HelpWithExamples.WithExamples(
            new Command("generate", "Write a classic network with random weights as an ONNX file: right in shape and cost, without knowledge.")
            {
                network, output, inputSize, seed, batchNorm, nhwc, dynamic, force,
            },
            "fastcam generate resnet50 -o resnet50.onnx",
            "fastcam generate mobilenetv2 -o keras-like.onnx --nhwc throughout --dynamic batch");
        command.SetAction(parse => Run(parse.GetRequiredValue(network), parse.GetRequiredValue(output), parse.GetValue(force), new GeneratorOptions
        {
            InputSize = parse.GetValue(inputSize),
            Seed = parse.GetValue(seed),
            KeepBatchNorm = parse.GetValue(batchNorm),
            Nhwc = parse.GetValue(nhwc) ?? NhwcLayout.None,
            Dynamic = parse.GetValue(dynamic) ?? DynamicSizes.None,
        }));
        return command;
    }

    static int Run(string name, string path, bool force, GeneratorOptions options)
    {
        if (!force && File.Exists(path))
            throw MediaException.Exists(path, "file");
        var unfinished = $"{path}.{Environment.ProcessId}.part"; // A failure then neither leaves half a file nor costs the old one.
        try
        {
            GeneratedNetwork network;
            using (var file = new FileStream(unfinished, FileMode.CreateNew))
                network = NetworkGenerator.Write(file, name, options);
            File.Move(unfinished, path, overwrite: force);
            Terminal.Say(
                $"{path}: {name}, {network.Parameters / 1e6:F1} million parameters, {new FileInfo(path).Length / 1e6:F1} MB, {network.ScaleEnds.Count} scales");
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.BadOption, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(MediaFault.OutputUnwritable, $"{path} cannot be written ({e.Message.TrimEnd('.')}); choose another file.", e);
        }
        finally
        {
            if (File.Exists(unfinished))
                File.Delete(unfinished);
        }
        return (int)ExitCode.Success;
    }
}
