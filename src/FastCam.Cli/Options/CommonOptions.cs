using System.CommandLine;
using System.Globalization;
using FastCam.Edge.Overlays;
using FastCam.Edge.Streams;
using FastCam.Onnx.ClassMaps;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Saliency.Overlays;

namespace FastCam.Cli.Options;

/// <summary>The options that several commands take. Each call makes a new one, since an option belongs to one command.</summary>
static class CommonOptions
{
    public static Option<string> Model() => new("--model")
    {
        Description = "An .onnx file, or the name of a bundled model",
        DefaultValueFactory = _ => StreamConfig.Defaults.Model!,
    };

    public static Option<string?> Manifest() => new("--manifest") { Description = "The model's manifest; by default the MODEL.json beside it" };

    public static Option<string?> Taps() => new("--taps") { Description = "The tensors to tap, finest first, separated by commas, instead of those found" };

    public static Option<(int Width, int Height)?> InputSize() => Sides("--input-size", "The input's side, or WIDTHxHEIGHT, for a model that leaves it open");

    /// <summary>Creates an option that may be absent and takes a side, or a width and a height.</summary>
    public static Option<(int Width, int Height)?> Sides(string name, string description) =>
        OptionFactory.Optional<(int Width, int Height)>(name, description, "size", "is a side such as 224, or WIDTHxHEIGHT", text =>
        {
            var sides = text.Split('x')
                .Select(side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out var pixels) ? pixels : 0).ToArray();
            return sides is [> 0] or [> 0, > 0] ? (sides[0], sides[^1]) : null;
        });

    public static ModelOptions ModelOptions(string? taps, (int Width, int Height)? size) =>
        new(ParseTaps(taps), size?.Width, size?.Height);

    public static string[]? ParseTaps(string? taps) => taps?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static Option<FitRule?> Fit() => OptionFactory.Named<FitRule>("--fit", "How a frame becomes the network's input; by default what the manifest says");

    public static Option<bool?> Antialias() => new("--antialias")
    {
        Description = "Average all the pixels that an input pixel covers where a frame is reduced, rather than its four nearest; "
            + "by default what the manifest says",
    };

    public static Option<string> Provider() => new("--provider")
    {
        Description = $"Where the network runs: {Onnx.Runtime.ExecutionProvider.Choices}; auto falls back to the CPU",
        DefaultValueFactory = _ => StreamConfig.Defaults.Provider!,
    };

    public static Option<string> Weights() => new("--weights")
    {
        Description = "The scales' weights in the combined map: equal, rule, prior, or one number a scale, finest first (0.1,0.2,…)",
        DefaultValueFactory = _ => StreamConfig.Defaults.Weights!,
    };

    public static Option<float> Opacity() => OptionFactory.Number(
        "--opacity", "How strongly the map covers the frame or image, 0 to 1", StreamConfig.Defaults.Opacity!.Value, Ranges.Opacity);

    public static Option<ColourMap> Colours()
    {
        var names = ColourMap.All.Select(map => map.Name).ToList();
        return OptionFactory.Parsed("--colormap", $"The map's colours [{string.Join("|", names)}]", StreamConfig.Defaults.Colormap!, name =>
            ColourMap.Find(name) ?? throw new FormatException($"there is no colour map {name}; choose one of {string.Join(", ", names)}."));
    }

    public static Option<View> View() =>
        OptionFactory.Parsed("--view", $"What is drawn [{FastCam.Edge.Overlays.View.Choices}]", StreamConfig.Defaults.View!, FastCam.Edge.Overlays.View.Parse);

    public static Option<string?> Login() => new("--login")
    {
        Description = "A file whose first line is USER:PASSWORD, for a source on the network, or :PASSPHRASE (SRT) or :KEY (RTMP): in an address they "
            + "would stand in the process list",
        HelpName = "file",
    };

    public static Option<string?> Authority() => new("--ca")
    {
        Description = "A PEM file of the certificates to trust instead of the system's, for rtsps://, rtmps://, https:// and onvifs://",
        HelpName = "file",
    };

    public static Option<bool> InsecureTls() => new("--insecure-tls")
    {
        Description = "Accept any certificate: whoever can reach the network can be the server",
    };

    public static Option<bool> Json() => new("--json") { Description = "Machine-readable output, one JSON object a line" };

    public static Option<bool> Strict() => new("--strict")
    {
        Description = "End at the first image that cannot be read, rather than skip it and end with exit code 11",
    };

    public static Option<bool> Force() => new("--force") { Description = "Overwrite output that exists" };

    /// <exception cref="CommandException">The network has no such class.</exception>
    public static int FindClass(IReadOnlyList<string> labels, int classes, string text)
    {
        try
        {
            return ClassLabels.Find(labels, classes, text);
        }
        catch (FormatException e)
        {
            throw new CommandException(ExitCode.BadOption, $"--class: {e.Message}", e);
        }
    }
}
