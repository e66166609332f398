using System.Runtime.InteropServices;

namespace FastCam.Edge.Pipeline;

/// <summary>What starting up leaves behind: copies of the model, on its way into the session and while its shapes were found, managed and native.</summary>
static partial class StartUpMemory
{
    /// <summary>
    /// Gives it back to the system. A stream allocates next to nothing, so that no collection would ever come by itself, and the native allocator
    /// keeps what it once had.
    /// </summary>
    public static void Release()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = TrimNativeHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library than glibc: it has no such call, nor the habit.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimNativeHeap(nuint pad);
}
