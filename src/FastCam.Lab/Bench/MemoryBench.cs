using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Runtime;

namespace FastCam.Lab.Bench;

/// <summary>Measures the memory that a session holds, and that explaining holds beyond it.</summary>
static class MemoryBench
{
    /// <summary>ONNX Runtime plans its memory in the first pass and holds it from the second on.</summary>
    const int Passes = 3;

    /// <summary>The number of measurements of each.</summary>
    const int Repeats = 3;

    /// <summary>Further threads would have stacks and buffers of their own, whether or not the pass is explained.</summary>
    const int Threads = 1;

    /// <returns>The memory held; null where the system does not tell.</returns>
    public static MemoryCost? Run(
        BenchPlan plan, IReadOnlyList<BenchedStrategy> strategies, TestFrame frame, Action<string, int, int> progress)
    {
        if (HeldMemory.Read() is null)
            return null;
        var (model, provider) = (plan.Model, ExecutionProvider.Choose(plan.Provider)[0]);
        var bare = Held(() => NetworkPass.Bare(model, provider, Threads, frame), pass => pass.Run());
        progress("memory", 1, strategies.Count + 1);
        var costs = new List<StrategyMemory>();
        foreach (var strategy in strategies)
        {
            var session = Held(() => new NetworkPass(strategy.Open(model, plan.Provider, Threads), frame), pass => pass.Run());
            var whole = Held(() => new HeldExplanation(strategy.Open(model, plan.Provider, Threads)), explanation => explanation.Explain(frame));
            costs.Add(new StrategyMemory(strategy.Name, session - bare, whole - session));
            progress("memory", 1 + costs.Count, strategies.Count + 1);
        }
        return new MemoryCost(bare, costs);
    }

    /// <summary>Returns the median of some measurements. One before them is not counted: whatever is set up once for all falls on it.</summary>
    static long Held<T>(Func<T> open, Action<T> use) where T : IDisposable
    {
        var held = new double[Repeats + 1];
        for (var repeat = 0; repeat < held.Length; repeat++)
            held[repeat] = HeldOnce(open, use);
        return (long)RatioEstimate.Median(held.AsSpan(1));
    }

    /// <summary>Measures once. It is a call of its own, because the frame of a loop might still refer to what was held the time before.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static long HeldOnce<T>(Func<T> open, Action<T> use) where T : IDisposable
    {
        var before = HeldMemory.Read()!.Value;
        using var it = open();
        for (var pass = 0; pass < Passes; pass++)
            use(it);
        var after = HeldMemory.Read()!.Value;
        GC.KeepAlive(it);
        return after - before;
    }

    /// <summary>Everything that explaining a frame needs.</summary>
    sealed class HeldExplanation(ExplainedNetwork network) : IDisposable
    {
        readonly Explainer _explainer = network.CreateExplainer();
        readonly FrameExplanation _explanation = network.CreateExplanation(keepsStatistics: false);

        public void Explain(TestFrame frame) => _explainer.Explain(frame.View, network.Model.Input.Fit, _explanation);

        public void Dispose()
        {
            _explainer.Dispose();
            network.Dispose();
        }
    }
}

/// <summary>
/// Reads the bytes that the process has taken and not given back, native and managed. Resident memory shows no difference below megabytes: freed
/// pages stay with the allocator, and pages that nobody has written to are not there yet.
/// </summary>
static partial class HeldMemory
{
    /// <summary>Reads the bytes after a forced collection; null where the system's allocator does not tell. Glibc does, from 2.33 on.</summary>
    public static long? Read()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var managed = GC.GetTotalMemory(forceFullCollection: true);
        try
        {
            var native = Native();
            return managed + (long)(native.InUse + native.Mapped);
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial AllocatorState Native();

    /// <summary>glibc's <c>struct mallinfo2</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    readonly struct AllocatorState
    {
        readonly nuint _heap, _freeChunks, _freeFastChunks, _mappings;

        /// <summary>The bytes of the blocks that have mappings of their own, which are the large ones.</summary>
        public readonly nuint Mapped;

        readonly nuint _mostInUse, _freeFastBytes;

        /// <summary>The bytes of all other blocks.</summary>
        public readonly nuint InUse;

        readonly nuint _free, _releasable;
    }
}
