using FastCam.Onnx;
using FastCam.Onnx.Models;

namespace FastCam.Edge.Models;

/// <summary>The models that come with the program; it loads any other file too.</summary>
static class ModelCatalog
{
    public const string Default = "efficientnet-lite0";

    static string Folder => Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>Loads a model by path, or by the name of a bundled one.</summary>
    /// <exception cref="ModelException">There is none, or it is wrong.</exception>
    public static Model Load(string nameOrPath, string? manifest = null, ModelOptions? options = null)
    {
        var bundled = Path.Combine(Folder, nameOrPath + ".onnx");
        if (!File.Exists(nameOrPath) && nameOrPath == Path.GetFileName(nameOrPath) && File.Exists(bundled))
            return Model.Load(bundled, manifest, options);
        if (!File.Exists(nameOrPath))
        {
            throw new ModelException(
                ModelFault.NotFound,
                $"There is no model at {nameOrPath}; give a path to an .onnx file, or the name of a bundled model ({string.Join(", ", Bundled())}).");
        }
        return Model.Load(nameOrPath, manifest, options);
    }

    /// <summary>Returns a line that says what is assumed of a model without a manifest; null where there is a manifest.</summary>
    public static string? Assumption(Model model) => model.HasManifest
        ? null
        : $"{Path.GetFileName(model.FilePath)} has no manifest: taken as {EnumNames.Format(model.Input.Layout).ToUpperInvariant()}, RGB, "
            + $"mean {Format(model.Input.Mean)}, standard deviation {Format(model.Input.Std)}, fit {EnumNames.Format(model.Input.Fit)}, automatic taps.";

    /// <summary>Formats the constants of the colours: a single value where all are equal.</summary>
    public static string Format(IReadOnlyList<float> values) => values.Distinct().Count() == 1 ? $"{values[0]}" : $"[{string.Join(", ", values)}]";

    static IEnumerable<string> Bundled() =>
        Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, "*.onnx").Select(file => Path.GetFileNameWithoutExtension(file)).Order() : [];
}
