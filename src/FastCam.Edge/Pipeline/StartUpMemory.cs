using System.Runtime.InteropServices;

namespace FastCam.Edge.Pipeline;

/// <summary>
/// The memory that starting up leaves behind: copies of the model, managed and native, from when the session was opened and shapes were
/// inferred.
/// </summary>
static partial class StartUpMemory
{
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

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimNativeHeap(nuint pad);
}
