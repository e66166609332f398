using System.Runtime.CompilerServices;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Simd;

namespace FastCam.Onnx.Input;

/// <summary>
/// Turns an I420 frame into the normalised input in one step: bilinear sampling with half-pixel centres inside the source
/// rectangle, full-range BT.601 to RGB, then (value − mean) / std. What lies outside the frame becomes mid-grey. Made for one frame
/// size; 0 managed bytes a call. Holds work buffers: one thread at a time.
/// </summary>
public sealed unsafe class FrameToTensor
{
    const float MidGrey = 127.5f;
    const float RedFromV = 1.402f;
    const float GreenFromU = -0.344136f;
    const float GreenFromV = -0.714136f;
    const float BlueFromU = 1.772f;

    readonly InputSpec _input;
    readonly ResamplingAxis _x;
    readonly ResamplingAxis _y;
    readonly PlaneResampler _luma;
    readonly PlaneResampler _chroma;
    readonly float[] _yRow;
    readonly float[] _uRow;
    readonly float[] _vRow;
    readonly float[][] _colours;
    readonly ColourWeights[] _weights;
    readonly int[] _plane;

    /// <param name="input">What the network wants.</param>
    /// <param name="frameWidth">The frame's columns.</param>
    /// <param name="frameHeight">The frame's rows.</param>
    /// <param name="rectangle">The part of the frame that the input shows.</param>
    /// <param name="antialias">Whether a reduction averages all the pixels that an output covers, rather than its four nearest.</param>
    public FrameToTensor(InputSpec input, int frameWidth, int frameHeight, SourceRectangle rectangle, bool antialias = false)
    {
        _input = input;
        _x = new ResamplingAxis(input.Width, rectangle.X, rectangle.Width, frameWidth, 1, antialias);
        _y = new ResamplingAxis(input.Height, rectangle.Y, rectangle.Height, frameHeight, 1, antialias);
        _luma = new PlaneResampler(_x, _y);
        _chroma = new PlaneResampler(
            new ResamplingAxis(input.Width, rectangle.X, rectangle.Width, frameWidth, 2, antialias),
            new ResamplingAxis(input.Height, rectangle.Y, rectangle.Height, frameHeight, 2, antialias));
        var length = ResamplingAxis.PaddedLength(input.Width);
        (_yRow, _uRow, _vRow) = (new float[length], new float[length], new float[length]);
        _colours = [new float[length], new float[length], new float[length]];
        _plane = input.Colours == ColourOrder.Rgb ? [0, 1, 2] : [2, 1, 0];
        _weights = [Weights(0, 0, RedFromV), Weights(1, GreenFromU, GreenFromV), Weights(2, BlueFromU, 0)];

        ColourWeights Weights(int colour, float fromU, float fromV)
        {
            var plane = _plane[colour];
            return new ColourWeights(fromU, fromV, 1 / input.Std[plane], -input.Mean[plane] / input.Std[plane]);
        }
    }

    /// <summary>Fills the tensor.</summary>
    /// <param name="frame">A frame of the size given at construction.</param>
    /// <param name="tensor">3 × height × width floats, in the input's layout.</param>
    public void Apply(in I420 frame, Span<float> tensor)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tensor.Length, _input.Length);
        // A row narrower than a vector goes by way of the work buffers, which are not.
        var isDirect = _input.Layout == InputLayout.Nchw && _input.Width >= Lanes512.Count;
        for (var row = 0; row < _input.Height; row++)
        {
            if (!_y.IsOutside(row))
                Sample(frame, row);
            for (var colour = 0; colour < 3; colour++)
            {
                var target = isDirect ? Row(tensor, row, colour) : _colours[colour];
                if (_y.IsOutside(row))
                    target.Fill(_weights[colour].Normalised(MidGrey));
                else
                    Colour(colour, target);
                if (!isDirect)
                    Store(target, tensor, row, colour);
            }
        }
    }

    void Sample(in I420 frame, int row)
    {
        _luma.Row(frame.Y, frame.StrideY, row, _yRow);
        _chroma.Row(frame.U, frame.StrideUV, row, _uRow);
        _chroma.Row(frame.V, frame.StrideUV, row, _vRow);
    }

    void Colour(int colour, Span<float> target)
    {
        ref readonly var weights = ref _weights[colour];
        VectorWidth.Run(new MixCall(this, in weights, target));
        target[.._x.InsideStart].Fill(weights.Normalised(MidGrey));
        target[_x.InsideEnd..].Fill(weights.Normalised(MidGrey));
    }

    readonly ref struct MixCall(FrameToTensor rows, ref readonly ColourWeights weights, Span<float> target) : ILaneCall
    {
        readonly ref readonly ColourWeights _weights = ref weights;
        readonly Span<float> _target = target;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<T>() where T : unmanaged, ILanes<T> => InputKernel<T>.Mix(rows._yRow, rows._uRow, rows._vRow, in _weights, _target);
    }

    Span<float> Row(Span<float> tensor, int row, int colour) => tensor.Slice((_plane[colour] * _input.Height + row) * _input.Width, _input.Width);

    void Store(ReadOnlySpan<float> values, Span<float> tensor, int row, int colour)
    {
        values = values[.._input.Width];
        if (_input.Layout == InputLayout.Nchw)
        {
            values.CopyTo(Row(tensor, row, colour));
            return;
        }
        var target = tensor.Slice(row * _input.Width * 3, _input.Width * 3);
        for (var column = 0; column < values.Length; column++)
            target[3 * column + _plane[colour]] = values[column];
    }
}
