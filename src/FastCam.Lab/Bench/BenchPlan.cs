using System.Text.Json;
using FastCam.Onnx.Models;

namespace FastCam.Lab.Bench;

/// <summary>What is measured, and how often.</summary>
/// <param name="Model">The network.</param>
/// <param name="Program">Runs the whole program, once more, on this network.</param>
/// <param name="Provider">Where it runs.</param>
/// <param name="Threads">Threads in a pass: each count is measured.</param>
/// <param name="Pairs">Interleaved pairs of each comparison, at least 1.</param>
sealed record BenchPlan(Model Model, StreamProgram Program, string Provider, IReadOnlyList<int> Threads, int Pairs)
{
    /// <summary>How often networks are opened anew: where ONNX Runtime's memory comes to lie alone changes a pass by up to 1 %.</summary>
    public int Openings => Math.Clamp(Pairs / 30, 1, 10);

    /// <summary>Frames a run of the pipeline: as many as its meter remembers, or fewer.</summary>
    public int PipelineFrames => Math.Clamp(Pairs / 3, 10, 100);

    /// <summary>Runs of the pipeline, each beside as many bare passes.</summary>
    public int PipelineRuns => Math.Clamp(Pairs / 30, 2, 10);

    /// <summary>Child processes of each kind.</summary>
    public int Children => Math.Clamp(Pairs / 60, 1, 5);
}

/// <summary>Runs a stream in a process of its own, to its end.</summary>
/// <param name="source">The source's URI.</param>
/// <param name="sink">The sink's URI.</param>
/// <param name="provider">Where the network runs.</param>
/// <returns>What it reports of itself at its end.</returns>
delegate JsonElement StreamProgram(string source, string sink, string provider);
