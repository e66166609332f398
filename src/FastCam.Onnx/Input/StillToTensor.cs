using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastCam.Onnx.Input;

/// <summary>
/// Turns a still image into the network's input: antialiased as Pillow does it, 8 bits between the passes, as images are prepared where
/// networks are trained and judged. An image of the input's own size reaches the network as it is. What lies outside it becomes mid-grey.
/// Made for one size of images; holds work buffers: one thread at a time.
/// </summary>
public sealed class StillToTensor
{
    const float MidGrey = 127.5f;

    readonly InputSpec _input;
    readonly int _width;
    readonly int _height;
    readonly StillAxis _x;
    readonly StillAxis _y;
    readonly byte[] _line;
    readonly byte[] _across;
    readonly byte[] _row;
    readonly float[] _planes;

    /// <param name="input">What the network wants.</param>
    /// <param name="width">The image's columns.</param>
    /// <param name="height">The image's rows.</param>
    /// <param name="fit">How it is fitted.</param>
    public StillToTensor(InputSpec input, int width, int height, FitRule fit)
    {
        (_input, _width, _height) = (input, width, height);
        Placement = InputPlacement.Create(input, fit, width, height);
        _x = new StillAxis(Placement.X.Length, Placement.X.InputLength);
        _y = new StillAxis(Placement.Y.Length, Placement.Y.InputLength);
        _row = new byte[3 * Placement.X.InputLength];
        _line = new byte[3 * Placement.X.Length + 1];
        _across = new byte[checked(_row.Length * Placement.Y.Length)];
        _planes = new float[input.Length];
    }

    /// <summary>What of the image is shown, and where.</summary>
    public InputPlacement Placement { get; }

    /// <summary>Fills the tensor.</summary>
    /// <param name="pixels">Red, green and blue, row by row: 3 × width × height bytes.</param>
    /// <param name="tensor">3 × height × width floats, in the input's layout.</param>
    public void Apply(ReadOnlySpan<byte> pixels, Span<float> tensor)
    {
        Resample(pixels, _planes);
        Normalise(_input, _planes, tensor);
    }

    /// <summary>The image at the input's size, before it is normalised.</summary>
    /// <param name="pixels">Red, green and blue, row by row: 3 × width × height bytes.</param>
    /// <param name="planes">Red, green and blue planes, 0..255; mid-grey beside a letterboxed image.</param>
    public void Resample(ReadOnlySpan<byte> pixels, Span<float> planes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, 3 * _width * _height);
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, _input.Length);
        var (x, y) = (Placement.X, Placement.Y);
        for (var row = 0; row < y.Length; row++)
        {
            pixels.Slice(3 * ((y.Start + row) * _width + x.Start), 3 * x.Length).CopyTo(_line);
            _x.Across(_line, _across.AsSpan(row * _row.Length, _row.Length));
        }

        if (x.InputLength < _input.Width || y.InputLength < _input.Height)
            planes.Fill(MidGrey);
        var plane = _input.Size.Pixels;
        for (var row = 0; row < y.InputLength; row++)
        {
            _y.Down(_across, row, _row);
            var at = (y.InputStart + row) * _input.Width + x.InputStart;
            var red = planes.Slice(at, x.InputLength);
            var green = planes.Slice(plane + at, x.InputLength);
            var blue = planes.Slice(2 * plane + at, x.InputLength);
            for (var column = 0; column < red.Length; column++)
                (red[column], green[column], blue[column]) = (_row[3 * column], _row[3 * column + 1], _row[3 * column + 2]);
        }
    }

    /// <summary>Fills a network's input from planes: (value − mean) / std.</summary>
    /// <param name="input">What the network wants.</param>
    /// <param name="planes">Red, green and blue, 0..255, at the input's size.</param>
    /// <param name="tensor">3 × height × width values in the input's layout.</param>
    public static void Normalise(InputSpec input, ReadOnlySpan<float> planes, Span<float> tensor)
    {
        var pixels = input.Size.Pixels;
        var (pixelStride, planeStride) = input.Layout == InputLayout.Nchw ? (1, pixels) : (3, 1);
        for (var colour = 0; colour < 3; colour++)
        {
            var plane = input.Colours == ColourOrder.Rgb ? colour : 2 - colour;
            var (scale, offset) = (1 / input.Std[plane], -input.Mean[plane] / input.Std[plane]);
            var at = plane * planeStride;
            foreach (var value in planes.Slice(colour * pixels, pixels))
            {
                tensor[at] = value * scale + offset;
                at += pixelStride;
            }
        }
    }
}

/// <summary>
/// Antialiased bilinear resampling along one axis, as Pillow does it for images of 8 bits: a triangle as wide as the reduction,
/// cut off at the edges, its weights in fixed point, each result a byte.
/// </summary>
sealed class StillAxis
{
    const int Precision = 22;
    const int Half = 1 << (Precision - 1);

    readonly int[] _first;
    readonly int[] _count;
    readonly int[] _weights;
    readonly int _taps;

    public StillAxis(int source, int target)
    {
        _first = new int[target];
        _count = new int[target];
        var scale = (double)source / target;
        var support = Math.Max(scale, 1);
        _taps = (int)Math.Ceiling(support) * 2 + 1;
        _weights = new int[target * _taps];
        for (var i = 0; i < target; i++)
        {
            var centre = (i + 0.5) * scale;
            _first[i] = Math.Max((int)(centre - support + 0.5), 0);
            var end = Math.Min((int)(centre + support + 0.5), source);
            var triangle = new double[end - _first[i]];
            for (var j = 0; j < triangle.Length; j++)
                triangle[j] = Math.Max(0, 1 - Math.Abs((_first[i] + j - centre + 0.5) / support));
            var sum = triangle.Sum();
            // The outermost sample may lie where the triangle has come to nothing.
            _count[i] = triangle[^1] == 0 ? triangle.Length - 1 : triangle.Length;
            for (var j = 0; j < _count[i]; j++)
                _weights[i * _taps + j] = (int)(triangle[j] / sum * (1 << Precision) + 0.5);
        }
    }

    /// <summary>Resamples a row of pixels of three colours.</summary>
    /// <param name="row">The row, and at least one byte more.</param>
    /// <param name="target">3 bytes an output.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Across(ReadOnlySpan<byte> row, Span<byte> target)
    {
        ref var pixels = ref MemoryMarshal.GetReference(row);
        for (var i = 0; i < _first.Length; i++)
        {
            var sum = Vector128.Create(Half);
            ref var pixel = ref Unsafe.Add(ref pixels, 3 * _first[i]);
            ref var weight = ref _weights[i * _taps];
            for (var tap = 0; tap < _count[i]; tap++)
                sum += Widen(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref pixel, 3 * tap))) * Unsafe.Add(ref weight, tap);
            sum >>= Precision;
            target[3 * i] = Octet(sum[0]);
            target[3 * i + 1] = Octet(sum[1]);
            target[3 * i + 2] = Octet(sum[2]);
        }
    }

    /// <summary>Resamples columns into one row.</summary>
    /// <param name="rows">All rows, one after another.</param>
    /// <param name="index">Which output.</param>
    /// <param name="target">The row: as many bytes as a row of the others.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Down(ReadOnlySpan<byte> rows, int index, Span<byte> target)
    {
        var stride = target.Length;
        var columns = rows.Slice(_first[index] * stride, _count[index] * stride);
        var weights = _weights.AsSpan(index * _taps, _count[index]);
        ref var samples = ref MemoryMarshal.GetReference(columns);
        var at = 0;
        for (; at + Vector128<byte>.Count <= stride; at += Vector128<byte>.Count)
        {
            var half = Vector128.Create(Half);
            var (a, b, c, d) = (half, half, half, half);
            for (var tap = 0; tap < weights.Length; tap++)
            {
                var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref Unsafe.Add(ref samples, tap * stride + at)));
                var weight = weights[tap];
                a += Vector128.WidenLower(low).AsInt32() * weight;
                b += Vector128.WidenUpper(low).AsInt32() * weight;
                c += Vector128.WidenLower(high).AsInt32() * weight;
                d += Vector128.WidenUpper(high).AsInt32() * weight;
            }

            var lower = Vector128.NarrowWithSaturation(a >> Precision, b >> Precision);
            var upper = Vector128.NarrowWithSaturation(c >> Precision, d >> Precision);
            // All are at least 0, so that the sign means nothing here.
            Vector128.NarrowWithSaturation(lower.AsUInt16(), upper.AsUInt16()).StoreUnsafe(ref target[at]);
        }

        for (; at < stride; at++)
        {
            var sum = Half;
            for (var tap = 0; tap < weights.Length; tap++)
                sum += weights[tap] * columns[tap * stride + at];
            target[at] = Octet(sum >> Precision);
        }
    }

    /// <summary>Four bytes as four numbers.</summary>
    static Vector128<int> Widen(uint bytes) => Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(bytes).AsByte())).AsInt32();

    static byte Octet(int value) => (byte)Math.Min(value, byte.MaxValue);
}
