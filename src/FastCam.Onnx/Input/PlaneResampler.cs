using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Simd;

namespace FastCam.Onnx.Input;

/// <summary>
/// Resamples one plane of bytes row by row: the four samples around each output, or with more width down the columns first, all
/// of them at once, then along the row. Holds work buffers: one thread at a time.
/// </summary>
sealed unsafe class PlaneResampler
{
    readonly ResamplingAxis _x;
    readonly ResamplingAxis _y;
    readonly bool _isBilinear;
    readonly uint[] _quads;
    readonly float[] _columns;
    readonly int[] _firsts;
    readonly float[] _weights;

    public PlaneResampler(ResamplingAxis x, ResamplingAxis y)
    {
        (_x, _y) = (x, y);
        _isBilinear = x.Width == 2 && y.Width == 2;
        var outputs = x.Firsts.Length;
        _quads = _isBilinear ? new uint[ResamplingAxis.PaddedLength(outputs)] : [];
        if (_isBilinear)
        {
            (_columns, _firsts, _weights) = ([], [], []);
            return;
        }
        // Few width make short sums: the narrowest vectors waste the least. The columns beyond the last are 0, and weigh nothing.
        var width = (x.Width + Lanes128.Count - 1) / Lanes128.Count * Lanes128.Count;
        _columns = new float[x.End - x.First + width];
        (_firsts, _weights) = (new int[outputs], new float[outputs * width]);
        for (var i = 0; i < outputs; i++)
        {
            _firsts[i] = x.Firsts[i] - x.First;
            x.Weights.Slice(i * x.Width, x.Width).CopyTo(_weights.AsSpan(i * width));
        }
    }

    /// <summary>One row of the output.</summary>
    /// <param name="plane">The plane's first sample.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    /// <param name="row">The output row.</param>
    /// <param name="output">The <see cref="ResamplingAxis.PaddedLength"/> of the outputs along the row, which are 0..255.</param>
    public void Row(byte* plane, int stride, int row, Span<float> output)
    {
        var source = plane + (nint)_y.Firsts[row] * stride;
        var weights = _y.Weights.Slice(row * _y.Width, _y.Width);
        if (_isBilinear)
        {
            Prefetch(plane, stride, row + 1);
            Gather(source, source + stride);
            VectorWidth.Run(new InterpolateCall(_quads, _x.Fractions, weights[1], output));
        }
        else
        {
            Blend(source + _x.First, stride, weights);
            InputKernel<Lanes128>.Sum(_columns, _firsts, _weights, output);
        }
    }

    /// <summary>The scalar part, two loads an output: neighbours lie side by side in memory.</summary>
    void Gather(byte* upper, byte* lower)
    {
        ref var quads = ref MemoryMarshal.GetArrayDataReference(_quads);
        ref var firsts = ref MemoryMarshal.GetReference(_x.Firsts);
        var outputs = _x.Firsts.Length;
        for (var i = 0; i < outputs; i++)
        {
            nint first = Unsafe.Add(ref firsts, i);
            Unsafe.Add(ref quads, i) = Unsafe.ReadUnaligned<ushort>(upper + first) | (uint)Unsafe.ReadUnaligned<ushort>(lower + first) << 16;
        }
    }

    /// <summary>Asks for the rows that the next output row needs: a reduction skips rows, and so hides from the machine what comes next.</summary>
    void Prefetch(byte* plane, int stride, int row)
    {
        const int CacheLine = 64;
        if (!Sse.IsSupported || row >= _y.Firsts.Length)
            return;
        var source = plane + (nint)_y.Firsts[row] * stride;
        for (var column = _x.First; column < _x.End; column += CacheLine)
        {
            Sse.Prefetch0(source + column);
            Sse.Prefetch0(source + stride + column);
        }
    }

    readonly ref struct InterpolateCall(ReadOnlySpan<uint> quads, ReadOnlySpan<float> across, float down, Span<float> output) : ILaneCall
    {
        readonly ReadOnlySpan<uint> _quads = quads;
        readonly ReadOnlySpan<float> _across = across;
        readonly Span<float> _output = output;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<T>() where T : unmanaged, ILanes<T> => InputKernel<T>.Interpolate(_quads, _across, down, _output);
    }

    void Blend(byte* source, int stride, ReadOnlySpan<float> weights)
    {
        var columns = _columns.AsSpan(0, _x.End - _x.First);
        // Not 512 bits: the short sums along the row read these columns at once, across the edges of what was just stored.
        if (Lanes256.IsHardwareAccelerated && columns.Length >= Lanes256.Count)
        {
            InputKernel<Lanes256>.Blend(in *source, stride, weights, columns);
        }
        else if (columns.Length >= Lanes128.Count)
        {
            InputKernel<Lanes128>.Blend(in *source, stride, weights, columns);
        }
        else
        {
            columns.Clear();
            for (var place = 0; place < weights.Length; place++)
            {
                for (var i = 0; i < columns.Length; i++)
                    columns[i] += source[(nint)place * stride + i] * weights[place];
            }
        }
    }
}
