using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

/// <summary>
/// One plane size of an overlay: the picture inside the rectangle, the outline around it and what is dimmed outside. Holds
/// work buffers: one thread at a time.
/// </summary>
sealed unsafe class OverlayPlane
{
    /// <summary>0.55: what dimming takes of a sample.</summary>
    const int DimShare = Blending.One - 115;

    readonly OverlayGrid _grid;
    readonly OverlayInk _ink;
    readonly byte _outline;
    readonly int _dimKeep;
    readonly int _dimWeight;
    readonly byte[] _darkness;

    public OverlayPlane(OverlayGrid grid, OverlayInk ink, OverlayGround ground, byte outline)
    {
        _grid = grid;
        _ink = ink;
        _outline = outline;
        (_dimKeep, _dimWeight) = (ground.Keep(DimShare), ground.Weight(DimShare));
        _darkness = new byte[grid.Width];
        Array.Fill(_darkness, ground.Sample);
    }

    /// <summary>Blends the picture into each plane; all sources have one stride and all destinations one.</summary>
    public void Blend(ReadOnlySpan<float> picture, ReadOnlySpan<OverlayChannel> channels, int sourceStride, int destinationStride)
    {
        _ink.Begin();
        for (var y = 0; y < _grid.Height; y++)
        {
            var inside = _grid.Rows.Holds(y) && !_grid.Columns.IsEmpty;
            if (inside)
                _ink.MoveTo(picture, y - _grid.Rows.Start);
            for (var i = 0; i < channels.Length; i++)
            {
                var source = new ReadOnlySpan<byte>(channels[i].Source + (nint)y * sourceStride, _grid.Width);
                var destination = new Span<byte>(channels[i].Destination + (nint)y * destinationStride, _grid.Width);
                if (inside)
                    BlendInside(i, source, destination);
                else
                    BlendOutside(source, destination, y);
            }
        }
    }

    void BlendInside(int plane, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var columns = _grid.Columns;
        Dim(source[..columns.OuterStart], destination);
        destination[columns.OuterStart..columns.Start].Fill(_outline);
        _ink.Mix(plane, source[columns.Start..columns.End], destination[columns.Start..]);
        destination[columns.End..columns.OuterEnd].Fill(_outline);
        Dim(source[columns.OuterEnd..], destination[columns.OuterEnd..]);
    }

    void BlendOutside(ReadOnlySpan<byte> source, Span<byte> destination, int y)
    {
        Dim(source, destination);
        if (_grid.Rows.HoldsOutline(y) && !_grid.Rows.IsEmpty && !_grid.Columns.IsEmpty)
            destination[_grid.Columns.OuterStart.._grid.Columns.OuterEnd].Fill(_outline);
    }

    void Dim(ReadOnlySpan<byte> source, Span<byte> destination) => Blending.Mix(source, _dimKeep, _darkness, _dimWeight, destination);
}

/// <summary>One plane to blend.</summary>
/// <param name="source">The frame's plane.</param>
/// <param name="destination">The blended plane, which may be the same.</param>
readonly unsafe struct OverlayChannel(byte* source, byte* destination)
{
    public byte* Source => source;

    public byte* Destination => destination;
}
