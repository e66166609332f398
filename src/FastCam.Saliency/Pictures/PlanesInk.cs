using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastCam.Saliency;

/// <summary>A picture that has its own colours, as <see cref="OverlayPicture"/> prepares it: addends and shares to keep, sampled like maps.</summary>
sealed class PlanesInk : OverlayInk
{
    readonly int _pixels;
    readonly int _first;
    readonly int _keep;
    readonly BilinearRows[] _samplers;
    readonly BilinearRows? _keepSampler;
    readonly float[] _values;
    readonly ushort[][] _addends;
    readonly ushort[] _keeps;

    /// <param name="grid">Where the samples lie.</param>
    /// <param name="map">The picture's size.</param>
    /// <param name="first">The first of its planes that belongs here.</param>
    /// <param name="planes">How many of them do.</param>
    /// <param name="keep">What is kept of the frame everywhere; null where the picture's last plane says it.</param>
    public PlanesInk(OverlayGrid grid, MapSize map, int first, int planes, int? keep)
    {
        _pixels = map.Pixels;
        _first = first;
        _keep = keep ?? 0;
        _keepSampler = keep is null ? new BilinearRows(grid.X, grid.Y) : null;
        _samplers = new BilinearRows[planes];
        _addends = new ushort[planes][];
        var columns = grid.X.Before.Length;
        for (var plane = 0; plane < planes; plane++)
            (_samplers[plane], _addends[plane]) = (new BilinearRows(grid.X, grid.Y), new ushort[columns]);
        _values = new float[columns];
        _keeps = new ushort[columns];
    }

    public override void Begin()
    {
        foreach (var sampler in _samplers)
            sampler.Begin();
        _keepSampler?.Begin();
    }

    // Inlined into the loop over the rows, the loops in here have been seen to run 1.6 times slower.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void MoveTo(ReadOnlySpan<float> picture, int row)
    {
        for (var plane = 0; plane < _samplers.Length; plane++)
            Sample(_samplers[plane], picture.Slice((_first + plane) * _pixels, _pixels), row, _addends[plane]);
        if (_keepSampler is not null)
            Sample(_keepSampler, picture.Slice(OverlayPicture.KeepPlane * _pixels, _pixels), row, _keeps);
    }

    public override void Mix(int plane, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (_keepSampler is null)
            Blending.Mix(source, _keep, _addends[plane], destination);
        else
            Blending.Mix(source, _keeps, _addends[plane], destination);
    }

    void Sample(BilinearRows sampler, ReadOnlySpan<float> plane, int row, Span<ushort> fixedPoint)
    {
        sampler.Row(plane, row, _values);
        var i = 0;
        for (; i <= fixedPoint.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            var lower = Vector.ConvertToInt32(new Vector<float>(_values, i));
            var upper = Vector.ConvertToInt32(new Vector<float>(_values, i + Vector<float>.Count));
            Vector.Narrow(Vector.AsVectorUInt32(lower), Vector.AsVectorUInt32(upper)).CopyTo(fixedPoint[i..]);
        }

        for (; i < fixedPoint.Length; i++)
            fixedPoint[i] = (ushort)_values[i];
    }
}
