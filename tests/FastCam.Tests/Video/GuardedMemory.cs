using System.Runtime.InteropServices;

namespace FastCam.Tests.Video;

/// <summary>Memory that ends at a page which nobody may touch, so that reading one byte too far ends the process.</summary>
sealed unsafe partial class GuardedMemory : IDisposable
{
    const int ReadWrite = 3;
    const int PrivateAnonymous = 0x22;

    readonly nint _start;
    readonly nuint _length;

    public GuardedMemory(int bytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "uses mmap");
        var page = (nuint)Environment.SystemPageSize;
        var usable = ((nuint)bytes + page - 1) / page * page;
        _length = usable + page;
        _start = Map(0, _length, ReadWrite, PrivateAnonymous, -1, 0);
        Assert.NotEqual(-1, _start);
        Assert.Equal(0, Protect(_start + (nint)usable, page, 0));
        Data = (byte*)_start + usable - bytes;
    }

    public byte* Data { get; }

    public void Dispose() => _ = Unmap(_start, _length);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
