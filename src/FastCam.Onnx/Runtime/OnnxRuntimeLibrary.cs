using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Runtime;

/// <summary>Which native ONNX Runtime is loaded: the one beside the program, or the one that <c>FASTCAM_ORT_LIBRARY</c> names; and that it keeps to itself.</summary>
public static partial class OnnxRuntimeLibrary
{
    /// <summary>The environment variable that names another native library (JetPack's own build, for one).</summary>
    public const string Variable = "FASTCAM_ORT_LIBRARY";

    const string Name = "onnxruntime";

    const string TelemetrySwitch = "ORT_DISABLE_TELEMETRY";

    /// <summary>The library's version, such as "1.29.0".</summary>
    /// <exception cref="ModelException">It cannot be loaded.</exception>
    public static string Version => OnnxRuntimeErrors.Translate("the model", () => OrtEnv.Instance().GetVersionString());

#pragma warning disable CA2255 // All this must stand before the first call into ONNX Runtime, wherever that comes from.
    [ModuleInitializer]
    internal static void Prepare()
#pragma warning restore CA2255
    {
        TurnTelemetryOff();
        if (Named is { } path) NativeLibrary.SetDllImportResolver(typeof(OrtEnv).Assembly, (name, _, _) => name == Name ? NativeLibrary.Load(path) : 0);
    }

    static string? Named => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    /// <summary>The library that ONNX Runtime's C# API uses; the system loads it once.</summary>
    /// <exception cref="DllNotFoundException">It cannot be found.</exception>
    internal static nint Load() => Named is { } path ? NativeLibrary.Load(path) : NativeLibrary.Load(Name, typeof(OrtEnv).Assembly, null);

    /// <summary>
    /// ONNX Runtime's released builds report their use to Microsoft unless told not to, on Linux too (seen in 1.29). The library reads the
    /// process's own environment, which .NET's setter does not reach on Unix.
    /// </summary>
    static void TurnTelemetryOff()
    {
        Environment.SetEnvironmentVariable(TelemetrySwitch, "1");
        if (!OperatingSystem.IsWindows()) _ = SetNativeVariable(TelemetrySwitch, "1", 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);
}
