using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FastCam.Onnx.Runtime;

namespace FastCam.Lab.Bench;

/// <summary>The machine that a measurement was taken on.</summary>
/// <param name="Processor">The name that the processor gives itself.</param>
/// <param name="Cores">The cores that the program may use.</param>
/// <param name="VectorBits">The widest registers that the kernels use.</param>
/// <param name="System">The operating system.</param>
/// <param name="DotNet">The runtime of the program.</param>
/// <param name="OnnxRuntime">The runtime of the network.</param>
sealed record Machine(string Processor, int Cores, int VectorBits, string System, string DotNet, string OnnxRuntime)
{
    const string ProcessorFile = "/proc/cpuinfo";
    const string LoadFile = "/proc/loadavg";

    public static Machine Describe() => new(
        ProcessorName() ?? $"{RuntimeInformation.ProcessArchitecture}", Environment.ProcessorCount,
        8 * (Vector512.IsHardwareAccelerated ? Vector512<byte>.Count : Vector<byte>.Count),
        RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription, OnnxRuntimeLibrary.Version);

    /// <summary>Returns the number of processes that wanted a core in the last minute, on average; null where the system does not tell.</summary>
    public static double? Load() =>
        File.Exists(LoadFile) && double.TryParse(File.ReadAllText(LoadFile).Split(' ')[0], CultureInfo.InvariantCulture, out var load)
            ? load
            : null;

    public override string ToString() =>
        $"{Processor}, {Cores} core{(Cores == 1 ? "" : "s")}, {VectorBits}-bit vectors; {System}; {DotNet}; ONNX Runtime {OnnxRuntime}";

    static string? ProcessorName()
    {
        if (Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") is { } windows)
            return windows;
        if (!File.Exists(ProcessorFile))
            return null;
        return File.ReadLines(ProcessorFile).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
    }
}
