using System.Runtime.InteropServices;

namespace FastCam.Edge.Streams;

/// <summary>
/// The memory that starting a stream leaves behind, copies of the model, managed and native, from when the session was opened and shapes were
/// inferred, and that the native allocator keeps of a stream that has ended.
/// </summary>
static partial class UnusedMemory
{
    const int TrimThreshold = -1, MapThreshold = -3;

    /// <summary>Smaller blocks are not worth a mapping of their own.</summary>
    const int Large = 128 << 10;

    /// <summary>
    /// Makes glibc return large blocks to the system as soon as they are freed. By itself it learns from each large block that is freed to keep ever
    /// larger ones, in a heap for each thread: after 80 streams of small networks those were 90 MB that nobody used. A stream takes its large blocks
    /// when it starts, and none for a frame.
    /// </summary>
    public static void ReturnLargeBlocksAtOnce()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = SetAllocatorOption(MapThreshold, Large);
            _ = SetAllocatorOption(TrimThreshold, Large);
        }
        catch (EntryPointNotFoundException)
        {
            // Other C libraries learn no such thing.
        }
    }

    /// <summary>
    /// Returns the memory to the system. A stream allocates next to nothing, so the collector would never run by itself, and the native
    /// allocator keeps what it once had.
    /// </summary>
    public static void Release()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = TrimNativeHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            // C libraries other than glibc have no such call, and do not keep freed memory either.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetAllocatorOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimNativeHeap(nuint pad);
}
