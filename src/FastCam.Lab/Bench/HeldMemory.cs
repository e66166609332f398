using System.Runtime.InteropServices;

namespace FastCam.Lab.Bench;

/// <summary>
/// The bytes that the process has taken and not given back, native and managed. Resident memory tells no difference below megabytes: pages stay
/// with an allocator that has them back, and are not there yet where nobody wrote.
/// </summary>
static partial class HeldMemory
{
    /// <summary>After a forced collection; null where the system's allocator does not tell: glibc does, from 2.33 on.</summary>
    public static long? Read()
    {
        if (!OperatingSystem.IsLinux()) return null;
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

        /// <summary>Bytes of the blocks that have mappings of their own: the large ones.</summary>
        public readonly nuint Mapped;

        readonly nuint _mostInUse, _freeFastBytes;

        /// <summary>Bytes of all other blocks.</summary>
        public readonly nuint InUse;

        readonly nuint _free, _releasable;
    }
}
