using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace FastCam.Saliency;

/// <summary>Asks for memory that is soon to be read, on processors where .NET has an instruction for it. The address need not be ours.</summary>
static unsafe class Prefetch
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line<TElement>(ref TElement source) where TElement : unmanaged
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref source));
    }

    /// <summary>The lines of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Four<TElement>(ref TElement source, nint step) where TElement : unmanaged
    {
        Line(ref source);
        Line(ref Unsafe.Add(ref source, step));
        Line(ref Unsafe.Add(ref source, 2 * step));
        Line(ref Unsafe.Add(ref source, 3 * step));
    }
}
