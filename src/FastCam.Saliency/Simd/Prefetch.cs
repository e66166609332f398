using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace FastCam.Saliency.Simd;

/// <summary>Asks for memory that is soon to be read, on processors where .NET has an instruction for it. The address need not be ours.</summary>
static unsafe class Prefetch
{
    /// <summary>A page of memory, in float32 values: the processor must look up where the next page lies before it can write there.</summary>
    const int Page = 1024;

    const int LineValues = 16;

    /// <summary>The line so many elements from here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line<TElement>(ref TElement source, nint distance) where TElement : unmanaged
    {
        if (Sse.IsSupported)
            Sse.Prefetch0((TElement*)Unsafe.AsPointer(ref source) + distance);
    }

    /// <summary>The lines of so many neighbouring values, a page from here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void NextPage(ref float source, int values)
    {
        for (var i = 0; i < values; i += LineValues)
            Line(ref source, Page + i);
    }

    /// <summary>The lines of four rows, the first so many elements from here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Four<TElement>(ref TElement source, nint distance, nint step) where TElement : unmanaged
    {
        Line(ref source, distance);
        Line(ref source, distance + step);
        Line(ref source, distance + 2 * step);
        Line(ref source, distance + 3 * step);
    }
}
