using System.Text.Json.Serialization;

namespace FastCam.Edge.Bench;

/// <summary>What was measured, for machines.</summary>
sealed record BenchReport(
    Machine Machine, string Model, string Input, string Provider, IReadOnlyList<PassCost> Passes, IReadOnlyList<StepCost> Kernels, IReadOnlyList<StepCost> FrameSteps,
    PipelineCost Pipeline, ProcessCost Process, double Seconds);

/// <summary>What one way of explaining adds to a pass: all maps, normalised and combined, against the bare pass.</summary>
/// <param name="Way">The way.</param>
/// <param name="Threads">Threads in a pass.</param>
/// <param name="Time">The pass with its explanation against the bare pass.</param>
/// <param name="OwnMs">The time in the explanation's own code, within the pass and after it, median: less noisy than a difference of passes, but blind to what it does to the pass.</param>
sealed record PassCost(string Way, int Threads, RatioEstimate Time, double OwnMs)
{
    /// <summary>The own time's share in a bare pass.</summary>
    public double OwnShare => OwnMs / Time.BaselineMs;
}

/// <summary>What one step costs on one thread, against the least that anything over the same bytes can.</summary>
/// <param name="Step">The step.</param>
/// <param name="Against">The baseline.</param>
/// <param name="Bytes">What the baseline reads, or copies.</param>
/// <param name="Time">The step against the baseline.</param>
sealed record StepCost(string Step, string Against, long Bytes, RatioEstimate Time);

/// <summary>The whole walk of a test pattern of 1280×720 to nowhere, each frame with its own map, against the bare pass.</summary>
/// <param name="Threads">Threads in a pass.</param>
/// <param name="Frames">Frames a run.</param>
/// <param name="Time">Milliseconds a frame against milliseconds a bare pass.</param>
/// <param name="Cpu">At 10 frames a second: processor time a frame over that of a bare pass.</param>
sealed record PipelineCost(int Threads, int Frames, RatioEstimate Time, double Cpu)
{
    /// <summary>Frames a second.</summary>
    public double Rate => 1000 / Time.Ms;

    /// <summary>Bare passes a second.</summary>
    public double BareRate => 1000 / Time.BaselineMs;

    /// <summary>The first over the second.</summary>
    public double RateRatio => 1 / Time.Ratio;
}

/// <summary>What the program costs as a process.</summary>
/// <param name="FirstOverlayMs">From the start of the process to the first picture with a map, median.</param>
/// <param name="StreamBytes">Resident memory at the end of a stream of 1280×720 to the page, median.</param>
/// <param name="BareBytes">Resident memory of a process with nothing but the model and a bare session, median.</param>
/// <param name="Ways">What each way of explaining takes beyond that.</param>
sealed record ProcessCost(double FirstOverlayMs, long StreamBytes, long BareBytes, IReadOnlyList<WayMemory> Ways);

/// <summary>Resident memory of a process with an explaining session beyond one with a bare session, medians.</summary>
sealed record WayMemory(string Way, long ExtraBytes);

/// <summary>What a child process that holds one session says of itself.</summary>
sealed record Residence(long ResidentBytes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(Residence))]
sealed partial class BenchJson : JsonSerializerContext;
