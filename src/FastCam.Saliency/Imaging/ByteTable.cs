using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastCam.Saliency.Imaging;

/// <summary>
/// Looks up rows of bytes in a table of 256: with permutations of the whole table held in registers where the machine has them,
/// one by one elsewhere.
/// </summary>
static class ByteTable
{
    const int Entries = 256;

    /// <summary>values = table[indices].</summary>
    /// <param name="table">256 entries.</param>
    /// <param name="indices">A multiple of 64.</param>
    /// <param name="values">As many.</param>
    public static void LookUp(ReadOnlySpan<byte> table, ReadOnlySpan<byte> indices, Span<byte> values)
    {
        ref var entries = ref MemoryMarshal.GetReference(table[..Entries]);
        ref var source = ref MemoryMarshal.GetReference(indices);
        ref var target = ref MemoryMarshal.GetReference(values[..indices.Length]);
        if (Avx512Vbmi.IsSupported)
            Permute(ref entries, ref source, ref target, indices.Length);
        else if (Avx2.IsSupported)
            Shuffle(ref entries, ref source, ref target, indices.Length);
        else
            OneByOne(ref entries, ref source, ref target, indices.Length);
    }

    /// <summary>Two halves of 128 entries, and the index's highest bit says which.</summary>
    static void Permute(ref byte table, ref byte indices, ref byte values, int length)
    {
        var (t0, t1) = (Vector512.LoadUnsafe(ref table), Vector512.LoadUnsafe(ref table, 64));
        var (t2, t3) = (Vector512.LoadUnsafe(ref table, 128), Vector512.LoadUnsafe(ref table, 192));
        for (nuint i = 0; i < (nuint)length; i += 64)
        {
            var index = Vector512.LoadUnsafe(ref indices, i);
            var lower = Avx512Vbmi.PermuteVar64x8x2(t0, index, t1);
            var upper = Avx512Vbmi.PermuteVar64x8x2(t2, index, t3);
            Vector512.ConditionalSelect(Vector512.LessThan(index.AsSByte(), Vector512<sbyte>.Zero).AsByte(), upper, lower).StoreUnsafe(ref values, i);
        }
    }

    /// <summary>
    /// Sixteen tables of 16 entries. A shuffle gives 0 where the index is negative, so that with 16 subtracted after each table only
    /// those up to the right one count; each holds its difference (exclusive or) from the one before.
    /// </summary>
    static void Shuffle(ref byte table, ref byte indices, ref byte values, int length)
    {
        var step = Vector256.Create((sbyte)16);
        for (nuint i = 0; i < (nuint)length; i += 64)
        {
            var (first, second) = (Vector256.LoadUnsafe(ref indices, i).AsSByte(), Vector256.LoadUnsafe(ref indices, i + 32).AsSByte());
            var (value1, value2) = (Vector256<byte>.Zero, Vector256<byte>.Zero);
            for (nuint half = 0; half < Entries; half += Entries / 2)
            {
                var before = Vector256<byte>.Zero;
                for (var entry = half; entry < half + Entries / 2; entry += 16)
                {
                    var now = Vector256.Create(Vector128.LoadUnsafe(ref table, entry));
                    value1 ^= Avx2.Shuffle(now ^ before, first.AsByte());
                    value2 ^= Avx2.Shuffle(now ^ before, second.AsByte());
                    (first, second, before) = (Avx2.SubtractSaturate(first, step), Avx2.SubtractSaturate(second, step), now);
                }

                first = (Vector256.LoadUnsafe(ref indices, i) ^ Vector256.Create((byte)0x80)).AsSByte();
                second = (Vector256.LoadUnsafe(ref indices, i + 32) ^ Vector256.Create((byte)0x80)).AsSByte();
            }

            value1.StoreUnsafe(ref values, i);
            value2.StoreUnsafe(ref values, i + 32);
        }
    }

    static void OneByOne(ref byte table, ref byte indices, ref byte values, int length)
    {
        for (var i = 0; i < length; i++)
            Unsafe.Add(ref values, i) = Unsafe.Add(ref table, Unsafe.Add(ref indices, i));
    }
}
