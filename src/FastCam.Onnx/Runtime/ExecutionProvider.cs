using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Runtime;

/// <summary>An ONNX Runtime execution provider, by the short name that people type.</summary>
/// <param name="Name">What <c>--provider</c> takes.</param>
/// <param name="RuntimeName">ONNX Runtime's own name.</param>
/// <param name="Title">The display name.</param>
public sealed record ExecutionProvider(string Name, string RuntimeName, string Title)
{
    /// <summary>The processor: always there.</summary>
    public static readonly ExecutionProvider Cpu = new("cpu", "CPUExecutionProvider", "CPU");

    /// <summary>TensorRT builds engines for the device before its first pass, which takes minutes: it is never taken unasked.</summary>
    public static readonly ExecutionProvider TensorRt = new("tensorrt", "TensorrtExecutionProvider", "TensorRT");

    /// <summary>The providers that this product knows, in the order in which <c>auto</c> prefers them.</summary>
    public static readonly IReadOnlyList<ExecutionProvider> All =
    [
        new("cuda", "CUDAExecutionProvider", "CUDA"),
        TensorRt,
        new("directml", "DmlExecutionProvider", "DirectML"),
        new("coreml", "CoreMLExecutionProvider", "Core ML"),
        Cpu,
    ];

    /// <summary>What <c>--provider</c> takes: <c>auto</c> and every known name.</summary>
    public static string Choices => string.Join(", ", All.Select(provider => provider.Name).Prepend("auto"));

    /// <summary>Whether the loaded native library has it.</summary>
    public bool IsAvailable => OnnxRuntimeErrors.Translate("the model", OrtEnv.Instance().GetAvailableProviders).Contains(RuntimeName);

    /// <summary>The providers to try, in order: one, or for <c>auto</c> all that the library has but TensorRT, the CPU last.</summary>
    /// <exception cref="ModelException">No such provider, or this build lacks it.</exception>
    public static IReadOnlyList<ExecutionProvider> Choose(string name)
    {
        if (name.Equals("auto", StringComparison.OrdinalIgnoreCase))
            return [.. All.Where(provider => provider != TensorRt && provider.IsAvailable)];
        var chosen = All.FirstOrDefault(provider => provider.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ModelException(ModelFault.UnknownProvider, $"There is no execution provider {name}; choose one of {Choices}.");
        return chosen.IsAvailable
            ? [chosen]
            : throw new ModelException(ModelFault.ProviderUnavailable,
                $"This build's ONNX Runtime {OnnxRuntimeLibrary.Version} has no {chosen.Title} provider; choose auto to fall back to the CPU, or see the "
                + "README for builds that have it.")
            { Setting = "provider" };
    }

    /// <param name="options">The session's.</param>
    /// <param name="engines">Where TensorRT keeps the engines of this model; null where nothing may be kept.</param>
    /// <exception cref="ModelException">The provider does not start on this machine.</exception>
    internal void AppendTo(SessionOptions options, Func<string?> engines)
    {
        if (this == Cpu)
            return;
        try
        {
            OrtEnv.Instance().EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL; // It would print on the console what it throws in the next moment.
            Append(options, engines);
        }
        catch (OnnxRuntimeException e)
        {
            var reason = OnnxRuntimeLibrary.ReasonNotToLoad(this) ?? OnnxRuntimeErrors.Shorten(e.Message);
            throw new ModelException(
                ModelFault.ProviderUnavailable,
                $"{Title} does not start on this machine ({reason}): install what it needs, or choose auto to fall back to the CPU.",
                new InvalidOperationException(reason, e))
            { Setting = "provider" };
        }
    }

    void Append(SessionOptions options, Func<string?> engines)
    {
        switch (Name)
        {
            case "tensorrt":
                AppendTensorRt(options, engines());
                options.AppendExecutionProvider_CUDA(); // It runs the nodes that TensorRT does not take.
                break;
            case "cuda": options.AppendExecutionProvider_CUDA(); break;
            case "directml":
                options.EnableMemoryPattern = false; // DirectML asks for both of these.
                options.ExecutionMode = ExecutionMode.ORT_SEQUENTIAL;
                options.AppendExecutionProvider_DML();
                break;
            case "coreml": options.AppendExecutionProvider("CoreML"); break;
        }
    }

    static void AppendTensorRt(SessionOptions options, string? engines)
    {
        using var settings = new OrtTensorRTProviderOptions();
        if (engines is not null)
        {
            settings.UpdateOptions(new()
            {
                ["trt_engine_cache_enable"] = "1",
                ["trt_engine_cache_path"] = engines,
                ["trt_timing_cache_enable"] = "1",
                ["trt_timing_cache_path"] = engines,
            });
        }
        options.AppendExecutionProvider_Tensorrt(settings);
    }
}
