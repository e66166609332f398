using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Runtime;

/// <summary>
/// Which native ONNX Runtime is loaded: the one beside the program, or the one that <c>FASTCAM_ORT_LIBRARY</c> names; and that it
/// keeps to itself.
/// </summary>
public static partial class OnnxRuntimeLibrary
{
    /// <summary>The environment variable that names another native library (JetPack's own build, for one).</summary>
    public const string Variable = "FASTCAM_ORT_LIBRARY";

    const string Name = "onnxruntime";

    const string TelemetrySwitch = "ORT_DISABLE_TELEMETRY";

    /// <summary>The library's version, such as "1.31.1".</summary>
    /// <exception cref="ModelException">It cannot be loaded, or is older than <see cref="Oldest"/>.</exception>
    public static string Version => OnnxRuntimeErrors.Translate("the model", () => OrtEnv.Instance().GetVersionString());

    /// <summary>
    /// The oldest version that works: the C# API asks for the functions of the version that it was published with, and an older
    /// library has not got them.
    /// </summary>
    public static Version Oldest { get; } = typeof(OrtEnv).Assembly.GetName().Version is { } api ? new Version(api.Major, api.Minor) : new Version();

#pragma warning disable CA2255 // All this must stand before the first call into ONNX Runtime, wherever that comes from.
    [ModuleInitializer]
    internal static void Prepare()
#pragma warning restore CA2255
    {
        TurnTelemetryOff();
        if (Named is not null)
            NativeLibrary.SetDllImportResolver(typeof(OrtEnv).Assembly, (name, _, _) => name == Name ? Load() : 0);
    }

    /// <summary>What to do where none can be loaded.</summary>
    internal static string Remedy =>
        Named is null ? $"build again, or name one in {Variable}" : $"name another in {Variable}, or unset it for the program's own";

    static string? Named => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    /// <summary>The library that ONNX Runtime's C# API uses; the system loads it once.</summary>
    /// <exception cref="DllNotFoundException">It cannot be found, is no ONNX Runtime, or is an older one.</exception>
    internal static nint Load()
    {
        if (Named is not { } path)
            return NativeLibrary.Load(Name, typeof(OrtEnv).Assembly, null);
        var library = NativeLibrary.Load(path);
        if (!NativeLibrary.TryGetExport(library, OrtApi.BaseFunction, out var getBase))
            throw new DllNotFoundException($"{path} has no function {OrtApi.BaseFunction}");
        var release = OrtApi.ReleaseOf(getBase);
        return System.Version.TryParse(release, out var version) && version >= Oldest
            ? library
            : throw new DllNotFoundException($"{path} is ONNX Runtime {release}, and this program needs {Oldest} or later");
    }

    /// <summary>Which library a provider misses, in the system's words, where it comes as a library of its own that cannot be loaded; else null.</summary>
    internal static string? ReasonNotToLoad(ExecutionProvider provider)
    {
        var folder = Named is { } path ? Path.GetDirectoryName(Path.GetFullPath(path))! : AppContext.BaseDirectory;
        var library = Path.Combine(
            folder, OperatingSystem.IsWindows() ? $"onnxruntime_providers_{provider.Name}.dll" : $"libonnxruntime_providers_{provider.Name}.so");
        try
        {
            if (File.Exists(library))
                NativeLibrary.Load(library);
            return null;
        }
        catch (DllNotFoundException e)
        {
            return e.Message.TrimEnd().Split('\n')[^1].Trim();
        }
    }

    /// <summary>
    /// ONNX Runtime's released builds report their use to Microsoft unless told not to, on Linux too (seen in 1.29 and 1.31). The library reads the
    /// process's own environment, which .NET's setter does not reach on Unix.
    /// </summary>
    static void TurnTelemetryOff()
    {
        Environment.SetEnvironmentVariable(TelemetrySwitch, "1");
        if (!OperatingSystem.IsWindows())
            _ = SetNativeVariable(TelemetrySwitch, "1", 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);
}
