using FastCam.Onnx.Graph;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Runtime;

/// <summary>Makes the options that every session of ONNX Runtime is opened with.</summary>
static class SessionOptionsFactory
{
    /// <param name="optimisation">How far ONNX Runtime may rearrange the graph.</param>
    /// <param name="threads">Threads in a pass; 0 lets ONNX Runtime choose.</param>
    /// <param name="path">The model's file, beside which its weights may lie; null for a model that was made here.</param>
    /// <param name="freeDimensions">The sizes of the input's named dimensions.</param>
    /// <returns>Options that the caller disposes of. ONNX Runtime itself logs nothing: its errors arrive as exceptions.</returns>
    public static SessionOptions Create(
        GraphOptimizationLevel optimisation, int threads, string? path = null, IEnumerable<KeyValuePair<string, long>>? freeDimensions = null)
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = optimisation,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            IntraOpNumThreads = threads,
        };
        foreach (var (name, size) in freeDimensions ?? [])
            options.AddFreeDimensionOverrideByName(name, size);
        if (path is not null)
            ExternalData.Allow(options, path);
        return options;
    }

    /// <summary>Options for a session that runs frame after frame.</summary>
    public static SessionOptions CreateForPasses(
        GraphOptimizationLevel optimisation, int threads, string path, IEnumerable<KeyValuePair<string, long>> freeDimensions)
    {
        var options = Create(optimisation, threads, path, freeDimensions);
        // Without it a worker burns CPU long after each run.
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        return options;
    }
}
