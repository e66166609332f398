namespace FastCam.Onnx;

/// <summary>What is wrong with a model, its manifest, or the provider asked for.</summary>
public enum ModelFault
{
    /// <summary>No file is there.</summary>
    NotFound,
    /// <summary>The file is not an ONNX model.</summary>
    NotOnnx,
    /// <summary>The file begins like an ONNX model, but is truncated or corrupt.</summary>
    Damaged,
    /// <summary>Fewer than two scale ends were found.</summary>
    NoScales,
    /// <summary>ONNX Runtime, or this product, cannot run the model.</summary>
    Unsupported,
    /// <summary>The manifest cannot be read, or does not fit the model.</summary>
    BadManifest,
    /// <summary>No execution provider has that name.</summary>
    UnknownProvider,
    /// <summary>This build, or this machine, lacks the execution provider.</summary>
    ProviderUnavailable,
    /// <summary>ONNX Runtime's native library cannot be loaded.</summary>
    RuntimeMissing,
}

/// <summary>An error that a person can act on: one sentence that says what is wrong, where, and what to do.</summary>
public sealed class ModelException(ModelFault fault, string sentence, Exception? cause = null) : Exception(sentence, cause)
{
    /// <summary>The kind of fault, for exit codes.</summary>
    public ModelFault Fault { get; } = fault;

    /// <summary>The setting that mends it, for a caller that can say how it is given; null where no single one does.</summary>
    public string? Setting { get; init; }
}
