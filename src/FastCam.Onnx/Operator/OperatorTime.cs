using System.Diagnostics;

namespace FastCam.Onnx.Operator;

/// <summary>A clock of what the maps cost within passes.</summary>
public static class OperatorTime
{
    /// <summary>
    /// What the operators of the passes that this thread ran have taken so far, with what was made of their maps within the pass, and the waits for the
    /// threads that helped: ONNX Runtime calls operators on the thread that runs the pass. The difference between two readings is the cost of the passes between.
    /// </summary>
    public static TimeSpan Total => Stopwatch.GetElapsedTime(0, OperatorDomain.Ticks);
}
