using System.Runtime.CompilerServices;
using FastCam.Onnx.Models;
using FastCam.Saliency;

namespace FastCam.Onnx.Input;

/// <summary>
/// Turns an I420 frame into the normalised input in one step: bilinear sampling with half-pixel centres inside the source
/// rectangle, full-range BT.601 to RGB, then (value − mean) / std. What lies outside the frame becomes mid-grey. Made for one frame
/// size; 0 managed bytes a call.
/// </summary>
public sealed unsafe class FrameToTensor
{
    const float MidGrey = 127.5f;
    const float RedFromV = 1.402f;
    const float GreenFromU = -0.344136f;
    const float GreenFromV = -0.714136f;
    const float BlueFromU = 1.772f;

    readonly InputSpec _input;
    readonly Axis _x;
    readonly Axis _y;
    readonly Axis _chromaX;
    readonly Axis _chromaY;
    readonly float[] _scale = new float[3];
    readonly float[] _offset = new float[3];
    readonly int[] _plane;
    readonly int _pixelStride;
    readonly int _planeStride;

    /// <param name="input">What the network wants.</param>
    /// <param name="frameWidth">The frame's columns.</param>
    /// <param name="frameHeight">The frame's rows.</param>
    /// <param name="rectangle">The part of the frame that the input shows.</param>
    public FrameToTensor(InputSpec input, int frameWidth, int frameHeight, SourceRectangle rectangle)
    {
        _input = input;
        _x = new Axis(input.Width, rectangle.X, rectangle.Width, frameWidth, 1);
        _y = new Axis(input.Height, rectangle.Y, rectangle.Height, frameHeight, 1);
        _chromaX = new Axis(input.Width, rectangle.X, rectangle.Width, frameWidth, 2);
        _chromaY = new Axis(input.Height, rectangle.Y, rectangle.Height, frameHeight, 2);
        (_pixelStride, _planeStride) = input.Layout == InputLayout.Nchw ? (1, input.Width * input.Height) : (3, 1);
        _plane = input.Colours == ColourOrder.Rgb ? [0, 1, 2] : [2, 1, 0];
        for (var colour = 0; colour < 3; colour++)
        {
            var plane = _plane[colour];
            _scale[colour] = 1 / input.Std[plane];
            _offset[colour] = -input.Mean[plane] / input.Std[plane];
        }
    }

    /// <summary>Fills the tensor.</summary>
    /// <param name="frame">A frame of the size given at construction.</param>
    /// <param name="tensor">3 × height × width floats, in the input's layout.</param>
    public void Apply(in I420 frame, Span<float> tensor)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tensor.Length, _input.Length);
        var rowStride = _input.Width * _pixelStride;
        fixed (float* target = tensor)
        {
            var red = target + _plane[0] * _planeStride;
            var green = target + _plane[1] * _planeStride;
            var blue = target + _plane[2] * _planeStride;
            for (var row = 0; row < _input.Height; row++, red += rowStride, green += rowStride, blue += rowStride)
            {
                if (_y.Outside[row]) Grey(red, green, blue, 0, _input.Width);
                else Row(frame, row, red, green, blue);
            }
        }
    }

    void Row(in I420 frame, int row, float* red, float* green, float* blue)
    {
        var y0 = frame.Y + (nint)_y.First[row] * frame.StrideY;
        var y1 = frame.Y + (nint)_y.Second[row] * frame.StrideY;
        var chroma0 = (nint)_chromaY.First[row] * frame.StrideUV;
        var chroma1 = (nint)_chromaY.Second[row] * frame.StrideUV;
        var down = _y.Weight[row];
        var chromaDown = _chromaY.Weight[row];
        for (var column = 0; column < _input.Width; column++)
        {
            if (_x.Outside[column])
            {
                Grey(red, green, blue, column, column + 1);
                continue;
            }
            var luma = Sample(y0, y1, _x.First[column], _x.Second[column], _x.Weight[column], down);
            var (left, right, across) = (_chromaX.First[column], _chromaX.Second[column], _chromaX.Weight[column]);
            var u = Sample(frame.U + chroma0, frame.U + chroma1, left, right, across, chromaDown) - 128;
            var v = Sample(frame.V + chroma0, frame.V + chroma1, left, right, across, chromaDown) - 128;
            var at = column * _pixelStride;
            red[at] = Normalise(luma + RedFromV * v, 0);
            green[at] = Normalise(luma + GreenFromU * u + GreenFromV * v, 1);
            blue[at] = Normalise(luma + BlueFromU * u, 2);
        }
    }

    void Grey(float* red, float* green, float* blue, int from, int to)
    {
        for (var column = from; column < to; column++)
        {
            red[column * _pixelStride] = Normalise(MidGrey, 0);
            green[column * _pixelStride] = Normalise(MidGrey, 1);
            blue[column * _pixelStride] = Normalise(MidGrey, 2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    float Normalise(float value, int colour) => Math.Min(Math.Max(value, 0), 255) * _scale[colour] + _offset[colour];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float Sample(byte* upper, byte* lower, int left, int right, float across, float down)
    {
        var above = upper[left] + (upper[right] - upper[left]) * across;
        var below = lower[left] + (lower[right] - lower[left]) * across;
        return above + (below - above) * down;
    }

    /// <summary>Where each output position samples one axis of a plane that is subsampled by <c>subsampling</c>.</summary>
    readonly struct Axis
    {
        public readonly int[] First;
        public readonly int[] Second;
        public readonly float[] Weight;
        public readonly bool[] Outside;

        public Axis(int outputs, double start, double extent, int frame, int subsampling)
        {
            First = new int[outputs];
            Second = new int[outputs];
            Weight = new float[outputs];
            Outside = new bool[outputs];
            var last = (frame + subsampling - 1) / subsampling - 1;
            for (var i = 0; i < outputs; i++)
            {
                var edge = start + (i + 0.5) * extent / outputs;
                Outside[i] = edge < 0 || edge > frame;
                var at = Math.Clamp(edge / subsampling - 0.5, 0, last);
                First[i] = (int)at;
                Second[i] = Math.Min(First[i] + 1, last);
                Weight[i] = (float)(at - First[i]);
            }
        }
    }
}
