using System.Runtime.InteropServices;
using System.Text.Json;

namespace FastCam.Tests.Saliency;

/// <summary>
/// Reference values: those that the project carries in tests/golden, and beside the checkout the rest of the same set, which only the
/// developers have.
/// </summary>
static class Golden
{
    const string Manifest = "manifest.json";

    /// <summary>The folder of those that the project carries.</summary>
    public static string Carried { get; } = Repository.File("tests", "golden");

    /// <summary>The paths of those that the project carries.</summary>
    public static IEnumerable<string> CarriedFiles => Directory.EnumerateFiles(Carried, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Carried, file).Replace('\\', '/')).Except(["README.md", Manifest]);

    /// <summary>What the manifest says of those.</summary>
    public static IEnumerable<string> CarriedInManifest => Entries(Path.Combine(Carried, Manifest)).Select(entry => entry.File);

    public static float[] Floats(string path) => MemoryMarshal.Cast<byte, float>(Bytes(path)).ToArray();

    public static double[] Doubles(string path) => MemoryMarshal.Cast<byte, double>(Bytes(path)).ToArray();

    public static int[] Shape(string path)
    {
        var manifest = IsCarried(path) ? Path.Combine(Carried, Manifest) : Shared.Path("golden", Manifest);
        return Entries(manifest).Single(entry => entry.File == path).Shape;
    }

    public static byte[] Bytes(string path) => File.ReadAllBytes(IsCarried(path) ? Path.Combine(Carried, path) : Shared.Path(["golden", .. path.Split('/')]));

    static bool IsCarried(string path) => File.Exists(Path.Combine(Carried, path));

    static int[] Lengths(JsonElement shape) => [.. shape.EnumerateArray().Select(length => length.GetInt32())];

    static List<(string File, int[] Shape)> Entries(string manifest)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(manifest));
        return [.. json.RootElement.EnumerateArray().Select(entry => (entry.GetProperty("path").GetString()!, Lengths(entry.GetProperty("shape"))))];
    }
}
