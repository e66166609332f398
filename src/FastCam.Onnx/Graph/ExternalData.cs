using FastCam.Onnx.Graph.Proto;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Graph;

/// <summary>Weights that a model keeps in files of their own: they must lie in the model's folder, wherever the model says.</summary>
static class ExternalData
{
    /// <exception cref="ModelException">A weight lies outside the model's folder, or its file is missing.</exception>
    public static void Check(IEnumerable<TensorHeader> tensors, string path)
    {
        var folder = Folder(path);
        foreach (var location in Locations(tensors))
        {
            var file = new FileInfo(Path.GetFullPath(Path.Combine(folder, location)));
            if (!IsInside(file.FullName, folder)
                || file.Exists && file.ResolveLinkTarget(returnFinalTarget: true) is { } target && !IsInside(target.FullName, folder))
            {
                throw new ModelException(
                    ModelFault.Unsupported, $"{path} keeps weights at {location}, outside its own folder, which is refused; put the file beside the model.");
            }
            if (!file.Exists)
                throw new ModelException(ModelFault.Damaged, $"{path} keeps weights in {location}, which is not beside it; copy that file too.");
        }
    }

    /// <summary>The files, in the order in which the model first names them.</summary>
    public static IReadOnlyList<string> Files(IEnumerable<TensorHeader> tensors, string path) =>
        [.. Locations(tensors).Select(location => Path.GetFullPath(Path.Combine(Folder(path), location)))];

    static IEnumerable<string> Locations(IEnumerable<TensorHeader> tensors) =>
        tensors.SelectMany(tensor => tensor.ExternalData).Where(entry => entry.Key == "location").Select(entry => entry.Value).Distinct();

    static bool IsInside(string file, string folder) => file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Tells a session that reads the model from memory where its files are.</summary>
    public static void Allow(SessionOptions options, string path) =>
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Folder(path));

    static string Folder(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;
}
