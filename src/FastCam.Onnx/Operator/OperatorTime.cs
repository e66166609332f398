using System.Diagnostics;

namespace FastCam.Onnx.Operator;

/// <summary>A clock of what the operators cost.</summary>
public static class OperatorTime
{
    /// <summary>
    /// What all passes of the process have spent in the operators so far, as the threads that asked saw it: what other threads did for them
    /// meanwhile is not counted again. The difference between two readings is the cost of the passes between.
    /// </summary>
    public static TimeSpan Total => Stopwatch.GetElapsedTime(0, OperatorDomain.Ticks);
}
