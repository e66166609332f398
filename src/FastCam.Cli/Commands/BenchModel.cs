using System.Text.Json;
using FastCam.Cli.Options;
using FastCam.Edge.Models;
using FastCam.Lab.Generation;
using FastCam.Onnx.Models;
using FastCam.Video;

namespace FastCam.Cli.Commands;

/// <summary>The network that is measured; a generated one is a file until the end.</summary>
sealed class BenchModel : IDisposable
{
    readonly DirectoryInfo? _folder;
    readonly IReadOnlyList<string> _arguments; // what a child process must be told beside the model's file

    BenchModel(Model model, IReadOnlyList<string> arguments, DirectoryInfo? folder)
    {
        _folder = folder;
        Model = model;
        _arguments = arguments;
    }

    public Model Model { get; }

    /// <summary>Runs a stream through the model in a process of its own.</summary>
    public JsonElement RunStream(string source, string sink, string provider) =>
        ChildProcess.Run(["run", "--source", source, "--sink", sink, "--json", "--provider", provider, "--model", Model.FilePath, .. _arguments]);

    /// <exception cref="CommandException">Both are named, or the network cannot be generated.</exception>
    /// <exception cref="MediaException">The generated file cannot be written.</exception>
    /// <exception cref="Onnx.ModelException">The model is missing or wrong.</exception>
    public static BenchModel Open(string? model, string? generate, string? manifest, string? taps, (int Width, int Height)? size)
    {
        if (model is not null && generate is not null) throw new CommandException(ExitCode.BadOption, "Name a model or give --generate, not both.");
        var arguments = new List<string>();
        if (manifest is not null) arguments.AddRange(["--manifest", manifest]);
        if (taps is not null) arguments.AddRange(["--taps", taps]);
        if (generate is null)
        {
            if (size is { } sides) arguments.AddRange(["--input-size", $"{sides.Width}x{sides.Height}"]);
            return new BenchModel(ModelCatalog.Load(model ?? ModelCatalog.Default, manifest, CommonOptions.ModelOptions(taps, size)), arguments, null);
        }
        if (size is { } side && side.Width != side.Height) throw new CommandException(ExitCode.BadOption, "--input-size: a generated network's input is square; give one side.");
        var folder = Directory.CreateTempSubdirectory("fastcam-bench-");
        try
        {
            return new BenchModel(ModelCatalog.Load(Generate(folder, generate, size?.Width), manifest, CommonOptions.ModelOptions(taps, null)), arguments, folder);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    static string Generate(DirectoryInfo folder, string network, int? size)
    {
        var path = Path.Combine(folder.FullName, $"{network}.onnx");
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew);
            NetworkGenerator.Write(file, network, new GeneratorOptions { InputSize = size });
            return path;
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.BadOption, e.Message, e);
        }
        catch (IOException e)
        {
            throw new MediaException(MediaFault.OutputUnwritable, $"{path} cannot be written ({e.Message.TrimEnd('.')}).", e);
        }
    }

    public void Dispose() => _folder?.Delete(recursive: true);
}
