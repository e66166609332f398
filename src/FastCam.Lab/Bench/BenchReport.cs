using System.Text.Json.Serialization;

namespace FastCam.Lab.Bench;

/// <summary>
/// The results of a benchmark, for machines. <paramref name="Load"/> is the load of the machine before: the number of processes that wanted a core in
/// the minute before, on average; null where the system does not tell.
/// </summary>
sealed record BenchReport(
    Machine Machine, double? Load, string Model, string Input, string Provider, IReadOnlyList<PassCost> Passes,
    IReadOnlyList<SteppedBack> SteppedBack, IReadOnlyList<StepCost> Kernels, IReadOnlyList<StepCost> FrameSteps, PipelineCost Pipeline,
    ProcessCost Process, MemoryCost? Memory, double Seconds);

/// <summary>An explain strategy that this model does not have, or not on this machine.</summary>
/// <param name="Strategy">The strategy.</param>
/// <param name="To">The strategy that took its place.</param>
/// <param name="Reason">The reason, as a sentence.</param>
sealed record SteppedBack(string Strategy, string To, string Reason);

/// <summary>The cost that one explain strategy adds to a pass: all maps, normalised and combined, against the bare pass.</summary>
/// <param name="Strategy">The strategy.</param>
/// <param name="Threads">Threads in a pass.</param>
/// <param name="Time">The pass with its explanation against the bare pass.</param>
/// <param name="WithinMs">
/// The time in the operators within the pass, in which the maps are normalised and combined too; median; 0 where there are none.
/// </param>
/// <param name="AfterMs">
/// The time in the explanation's code after the pass; median. This time and the one within the pass are less noisy than a difference of passes, but
/// do not show what an explanation does to the pass itself.
/// </param>
sealed record PassCost(string Strategy, int Threads, RatioEstimate Time, double WithinMs, double AfterMs)
{
    /// <summary>The time in the explanation's own code, within the pass and after it.</summary>
    public double OwnMs => WithinMs + AfterMs;

    /// <summary>The explanation's own time as a share of a bare pass.</summary>
    public double OwnShare => OwnMs / Time.BaselineMs;
}

/// <summary>The cost of one step on one thread, against the least that anything over the same bytes can take.</summary>
/// <param name="Step">The step.</param>
/// <param name="Against">The baseline.</param>
/// <param name="Bytes">The bytes that the baseline reads or copies.</param>
/// <param name="Time">The step against the baseline.</param>
sealed record StepCost(string Step, string Against, long Bytes, RatioEstimate Time);

/// <summary>The cost of the whole walk of a test pattern of 1280×720 to no sink, each frame with its own map, against the bare pass.</summary>
/// <param name="Strategy">The explain strategy: the cheapest of those measured.</param>
/// <param name="Threads">Threads in a pass.</param>
/// <param name="Frames">The frames of one run.</param>
/// <param name="Time">The milliseconds of a frame against those of a bare pass.</param>
/// <param name="Cpu">At 10 frames a second, the processor time of a frame over that of a bare pass in a loop.</param>
/// <param name="CpuAtRate">The same over that of a bare pass 10 times a second, when the caches are as cold.</param>
sealed record PipelineCost(string Strategy, int Threads, int Frames, RatioEstimate Time, double Cpu, double CpuAtRate)
{
    /// <summary>The frames a second.</summary>
    public double Rate => 1000 / Time.Ms;

    /// <summary>The bare passes a second.</summary>
    public double BareRate => 1000 / Time.BaselineMs;

    /// <summary>The frames a second over the bare passes a second.</summary>
    public double RateRatio => 1 / Time.Ratio;
}

/// <summary>The cost of the program as a process.</summary>
/// <param name="FirstOverlayMs">The time from the start of the process to the first overlay with a map; median.</param>
/// <param name="StreamBytes">The resident memory at the end of a stream of 1280×720 to the page; median.</param>
/// <param name="Runs">The processes that were started for each.</param>
sealed record ProcessCost(double FirstOverlayMs, long StreamBytes, int Runs);

/// <summary>The memory that is held, in bytes of native and managed heap, whether or not its pages are used.</summary>
/// <param name="BareBytes">The memory of a bare session with its input and scores.</param>
/// <param name="Strategies">The memory that each explain strategy holds beyond that.</param>
sealed record MemoryCost(long BareBytes, IReadOnlyList<StrategyMemory> Strategies);

/// <summary>The memory that an explain strategy holds beyond a bare session.</summary>
/// <param name="Strategy">The strategy.</param>
/// <param name="SessionBytes">The memory of the session with its exports: maps, or taps.</param>
/// <param name="FrameBytes">
/// The memory of a frame's explanation: statistics, normalised and combined map, and the work buffers between them.
/// </param>
sealed record StrategyMemory(string Strategy, long SessionBytes, long FrameBytes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(SoakReport))]
sealed partial class BenchJson : JsonSerializerContext;
