namespace FastCam.Onnx.Runtime;

/// <summary>Whether a network, when it is opened, is held against the CPU's before it is trusted.</summary>
public enum SelfCheck
{
    /// <summary>Where it runs on a device; on the CPU it would be held against itself.</summary>
    Auto,
    /// <summary>Wherever it runs.</summary>
    On,
    /// <summary>Never.</summary>
    Off,
}
