using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Runtime;

/// <summary>Which native ONNX Runtime is loaded: the one beside the program, or the one that <c>FASTCAM_ORT_LIBRARY</c> names.</summary>
public static class OnnxRuntimeLibrary
{
    /// <summary>The environment variable that names another native library (JetPack's own build, for one).</summary>
    public const string Variable = "FASTCAM_ORT_LIBRARY";

    /// <summary>The library's version, such as "1.29.0".</summary>
    /// <exception cref="ModelException">It cannot be loaded.</exception>
    public static string Version => OnnxRuntimeErrors.Translate("the model", () => OrtEnv.Instance().GetVersionString());

#pragma warning disable CA2255 // The resolver must stand before the first call into ONNX Runtime, wherever that comes from.
    [ModuleInitializer]
    internal static void HonourVariable()
#pragma warning restore CA2255
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path) return;
        NativeLibrary.SetDllImportResolver(typeof(OrtEnv).Assembly, (name, _, _) => Resolve(name, path));
    }

    static nint Resolve(string name, string path) => name == "onnxruntime" ? NativeLibrary.Load(path) : 0;
}
