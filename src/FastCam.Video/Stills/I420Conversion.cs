using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FastCam.Video.Frames;

namespace FastCam.Video.Stills;

/// <summary>
/// Converts between interleaved red, green and blue and planes Y, U and V in full-range BT.601, in the fixed point of JPEG. It
/// is for what is drawn and for streams of images. Images that are explained by themselves reach the network as RGB.
/// </summary>
public static class I420Conversion
{
    // All factors are multiples of 1/65536.
    const int Shift = 16, Half = 1 << (Shift - 1);
    const int YFromRed = 19595, YFromGreen = 38470, YFromBlue = 7471;
    const int UFromRed = -11058, UFromGreen = -21710, UFromBlue = 32768;
    const int VFromRed = 32768, VFromGreen = -27439, VFromBlue = -5329;
    const int RedFromV = 91881, GreenFromU = -22554, GreenFromV = -46802, BlueFromU = 116130;

    /// <summary>
    /// Converts to planes. A chroma sample is that of the mean of its two by two pixels, or of those that there are at an odd edge.
    /// </summary>
    /// <param name="rgb">3 × width × height bytes.</param>
    /// <param name="format">The size.</param>
    /// <param name="planes">Y, U and V one after another: <see cref="FrameFormat.ByteCount"/> bytes.</param>
    public static void FromRgb(ReadOnlySpan<byte> rgb, FrameFormat format, Span<byte> planes) => ToPlanes(rgb, format, planes, red: 0, blue: 2);

    /// <summary>The same from blue, green and red, as OpenCV has them.</summary>
    /// <param name="bgr">3 × width × height bytes.</param>
    /// <param name="format">The size.</param>
    /// <param name="planes">Y, U and V one after another: <see cref="FrameFormat.ByteCount"/> bytes.</param>
    public static void FromBgr(ReadOnlySpan<byte> bgr, FrameFormat format, Span<byte> planes) => ToPlanes(bgr, format, planes, red: 2, blue: 0);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void ToPlanes(ReadOnlySpan<byte> rgb, FrameFormat format, Span<byte> planes, int red, int blue)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, 3 * format.LumaByteCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, format.ByteCount);
        var luma = planes[..format.LumaByteCount];
        for (int i = 0, at = 0; i < luma.Length; i++, at += 3)
            luma[i] = (byte)((YFromRed * rgb[at + red] + YFromGreen * rgb[at + 1] + YFromBlue * rgb[at + blue] + Half) >> Shift);
        var u = planes.Slice(format.LumaByteCount, format.ChromaByteCount);
        var v = planes[(format.LumaByteCount + format.ChromaByteCount)..];
        var stride = 3 * format.Width;
        for (var row = 0; row < format.ChromaHeight; row++)
        {
            var upper = rgb.Slice(2 * row * stride, stride);
            var lower = rgb.Slice(Math.Min(2 * row + 1, format.Height - 1) * stride, stride);
            for (var column = 0; column < format.ChromaWidth; column++)
            {
                var left = 6 * column;
                var right = Math.Min(left + 3, stride - 3);
                var reds = upper[left + red] + upper[right + red] + lower[left + red] + lower[right + red];
                var greens = upper[left + 1] + upper[right + 1] + lower[left + 1] + lower[right + 1];
                var blues = upper[left + blue] + upper[right + blue] + lower[left + blue] + lower[right + blue];
                var at = row * format.ChromaWidth + column;
                u[at] = Chroma(UFromRed * reds + UFromGreen * greens + UFromBlue * blues);
                v[at] = Chroma(VFromRed * reds + VFromGreen * greens + VFromBlue * blues);
            }
        }
    }

    /// <summary>Converts from planes. Each chroma sample stands for its two by two pixels.</summary>
    /// <param name="planes">Y, U and V one after another: <see cref="FrameFormat.ByteCount"/> bytes.</param>
    /// <param name="format">The size.</param>
    /// <param name="rgb">3 × width × height bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToRgb(ReadOnlySpan<byte> planes, FrameFormat format, Span<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, format.ByteCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, 3 * format.LumaByteCount);
        for (var row = 0; row < format.Height; row++)
        {
            var luma = planes.Slice(row * format.Width, format.Width);
            var u = planes.Slice(format.LumaByteCount + row / 2 * format.ChromaWidth, format.ChromaWidth);
            var v = planes.Slice(format.LumaByteCount + format.ChromaByteCount + row / 2 * format.ChromaWidth, format.ChromaWidth);
            var target = rgb.Slice(3 * row * format.Width, 3 * format.Width);
            for (var column = 0; column < luma.Length; column++)
            {
                var (grey, blueness, redness) = ((luma[column] << Shift) + Half, u[column / 2] - 128, v[column / 2] - 128);
                target[3 * column] = Octet(grey + RedFromV * redness);
                target[3 * column + 1] = Octet(grey + GreenFromU * blueness + GreenFromV * redness);
                target[3 * column + 2] = Octet(grey + BlueFromU * blueness);
            }
        }
    }

    /// <summary>Converts from planes to blue, green, red and 255, as windows take them. The colours are those of <see cref="ToRgb"/>.</summary>
    /// <param name="planes">Y, U and V one after another: <see cref="FrameFormat.ByteCount"/> bytes.</param>
    /// <param name="format">The size.</param>
    /// <param name="bgra">4 × width × height bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToBgra(ReadOnlySpan<byte> planes, FrameFormat format, Span<byte> bgra)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, format.ByteCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bgra.Length, 4 * format.LumaByteCount);
        for (var row = 0; row < format.Height; row++)
        {
            var luma = planes.Slice(row * format.Width, format.Width);
            var u = planes.Slice(format.LumaByteCount + row / 2 * format.ChromaWidth, format.ChromaWidth);
            var v = planes.Slice(format.LumaByteCount + format.ChromaByteCount + row / 2 * format.ChromaWidth, format.ChromaWidth);
            var target = MemoryMarshal.Cast<byte, int>(bgra.Slice(4 * row * format.Width, 4 * format.Width));
            var column = 0;
            // Eight pixels share four chroma samples, of which it reads eight bytes.
            for (; column <= luma.Length - 8 && column / 2 <= u.Length - 8; column += 8)
                Bgra(Octets(luma[column..]), Pairs(u[(column / 2)..]), Pairs(v[(column / 2)..])).CopyTo(target[column..]);
            for (; column < luma.Length; column++)
                target[column] = Bgra(Vector256.Create((int)luma[column]), Vector256.Create(u[column / 2] - 128), Vector256.Create(v[column / 2] - 128))[0];
        }
    }

    static Vector256<int> Bgra(Vector256<int> luma, Vector256<int> blueness, Vector256<int> redness)
    {
        var grey = (luma << Shift) + Vector256.Create(Half);
        var red = Clamped(grey + RedFromV * redness);
        var green = Clamped(grey + GreenFromU * blueness + GreenFromV * redness);
        var blue = Clamped(grey + BlueFromU * blueness);
        return Vector256.Create(255 << 24) | (red << 16) | (green << 8) | blue;

        static Vector256<int> Clamped(Vector256<int> value) => Vector256.Min(Vector256.Max(value >> Shift, Vector256<int>.Zero), Vector256.Create(255));
    }

    static Vector256<int> Octets(ReadOnlySpan<byte> samples) => Vector256.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(
        MemoryMarshal.Read<ulong>(samples)).AsByte()).ToVector256()).AsInt32();

    static Vector256<int> Pairs(ReadOnlySpan<byte> samples) =>
        Vector256.Shuffle(Octets(samples), Vector256.Create(0, 0, 1, 1, 2, 2, 3, 3)) - Vector256.Create(128);

    /// <summary>Returns a chroma sample from a weighted sum of four pixels.</summary>
    static byte Chroma(int sum) => (byte)Math.Clamp((sum + (128 << (Shift + 2)) + (1 << (Shift + 1))) >> (Shift + 2), 0, 255);

    static byte Octet(int value) => (byte)Math.Clamp(value >> Shift, 0, 255);
}
