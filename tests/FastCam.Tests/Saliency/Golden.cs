using System.Runtime.InteropServices;
using System.Text.Json;

namespace FastCam.Tests.Saliency;

/// <summary>Reference values of the authors' code (ref_*) and of an independent float64 computation (f64_*).</summary>
static class Golden
{
    public static float[] Floats(string path) => MemoryMarshal.Cast<byte, float>(Bytes(path)).ToArray();

    public static double[] Doubles(string path) => MemoryMarshal.Cast<byte, double>(Bytes(path)).ToArray();

    public static int[] Shape(string path)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Shared.Path("golden", "manifest.json")));
        foreach (var entry in manifest.RootElement.EnumerateArray())
        {
            if (entry.GetProperty("path").GetString() == path)
                return [.. entry.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        }

        throw new InvalidOperationException($"The manifest has no {path}.");
    }

    public static byte[] Bytes(string path) => File.ReadAllBytes(Shared.Path(["golden", .. path.Split('/')]));
}
