using System.Runtime.CompilerServices;

namespace FastCam.Saliency.Simd;

/// <summary>A call of a kernel that is written once for every SIMD width, and is told the width by its type argument.</summary>
interface ILaneCall
{
    void Run<T>() where T : unmanaged, ILanes<T>;
}

/// <summary>The ladder of vector widths: 512, 256 and 128 bits. The machine does not change, so the compiler keeps one rung of it.</summary>
static class VectorWidth
{
    /// <summary>The lanes of the widest vectors that the machine has registers for.</summary>
    public static int Lanes => Lanes512.IsHardwareAccelerated ? Lanes512.Count : Lanes256.IsHardwareAccelerated ? Lanes256.Count : Lanes128.Count;

    /// <summary>Runs a call on the widest vectors that the machine has registers for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TCall>(TCall call) where TCall : struct, ILaneCall, allows ref struct
    {
        if (Lanes512.IsHardwareAccelerated)
            call.Run<Lanes512>();
        else if (Lanes256.IsHardwareAccelerated)
            call.Run<Lanes256>();
        else
            call.Run<Lanes128>();
    }

    /// <summary>Runs a call on the widest vectors that the machine has registers for and that so many values fill.</summary>
    /// <returns>False where they do not even fill the narrowest, or the machine has no vectors: nothing was run.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRun<TCall>(TCall call, int values) where TCall : struct, ILaneCall, allows ref struct
    {
        if (Lanes512.IsHardwareAccelerated && values >= Lanes512.Count)
            call.Run<Lanes512>();
        else if (Lanes256.IsHardwareAccelerated && values >= Lanes256.Count)
            call.Run<Lanes256>();
        else if (Lanes128.IsHardwareAccelerated && values >= Lanes128.Count)
            call.Run<Lanes128>();
        else
            return false;
        return true;
    }
}
