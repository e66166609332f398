using System.Numerics;
using FastCam.Onnx.Models;
using FastCam.Saliency;

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
    readonly float[] _scale = new float[3];
    readonly float[] _offset = new float[3];
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
        (_yRow, _uRow, _vRow) = (new float[input.Width], new float[input.Width], new float[input.Width]);
        _colours = [new float[input.Width], new float[input.Width], new float[input.Width]];
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
        for (var row = 0; row < _input.Height; row++)
        {
            if (_y.IsOutside(row)) Grey();
            else Sample(frame, row);
            for (var colour = 0; colour < 3; colour++) Store(tensor, row, colour);
        }
    }

    void Sample(in I420 frame, int row)
    {
        _luma.Row(frame.Y, frame.StrideY, row, _yRow);
        _chroma.Row(frame.U, frame.StrideUV, row, _uRow);
        _chroma.Row(frame.V, frame.StrideUV, row, _vRow);
        Mix(_colours[0], 0, RedFromV, 0);
        Mix(_colours[1], GreenFromU, GreenFromV, 1);
        Mix(_colours[2], BlueFromU, 0, 2);
        for (var column = 0; column < _input.Width; column++)
            if (_x.IsOutside(column))
                for (var colour = 0; colour < 3; colour++) _colours[colour][column] = Normalised(MidGrey, colour);
    }

    /// <summary>One colour of the row: y + fromU · (u − 128) + fromV · (v − 128), held within 0..255 and normalised.</summary>
    void Mix(float[] target, float fromU, float fromV, int colour)
    {
        var neutral = -128 * (fromU + fromV);
        var (scale, offset) = (_scale[colour], new Vector<float>(_offset[colour]));
        var i = 0;
        for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var value = new Vector<float>(_yRow, i) + new Vector<float>(_uRow, i) * fromU + new Vector<float>(_vRow, i) * fromV + new Vector<float>(neutral);
            (Vector.Min(Vector.Max(value, Vector<float>.Zero), new Vector<float>(255)) * scale + offset).CopyTo(target, i);
        }
        for (; i < target.Length; i++) target[i] = Normalised(_yRow[i] + _uRow[i] * fromU + _vRow[i] * fromV + neutral, colour);
    }

    void Grey()
    {
        for (var colour = 0; colour < 3; colour++) Array.Fill(_colours[colour], Normalised(MidGrey, colour));
    }

    void Store(Span<float> tensor, int row, int colour)
    {
        var values = _colours[colour];
        if (_input.Layout == InputLayout.Nchw)
        {
            values.CopyTo(tensor[((_plane[colour] * _input.Height + row) * _input.Width)..]);
            return;
        }
        var target = tensor.Slice(row * _input.Width * 3, _input.Width * 3);
        for (var column = 0; column < values.Length; column++) target[3 * column + _plane[colour]] = values[column];
    }

    float Normalised(float value, int colour) => Math.Min(Math.Max(value, 0), 255) * _scale[colour] + _offset[colour];
}
