using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCam.Saliency;

/// <summary>
/// One plane size of an overlay: the map is sampled at this plane's sample centres once, and blended into each plane of that
/// size (one luma plane, two chroma planes). Holds work buffers: one thread at a time.
/// </summary>
sealed unsafe class OverlayPlane
{
    readonly OverlayRange _columns;
    readonly OverlayRange _rows;
    readonly int _width;
    readonly int _height;
    readonly int _keep;
    readonly BilinearRows _sampler;
    readonly float[] _values;
    readonly int[] _levels;
    readonly ushort[] _colours;

    public OverlayPlane(int frameWidth, int frameHeight, int pitch, MapSize map, SourceRectangle rectangle, int outline, float opacity)
    {
        _width = (frameWidth + pitch - 1) / pitch;
        _height = (frameHeight + pitch - 1) / pitch;
        _columns = new OverlayRange(rectangle.X, rectangle.Width, frameWidth, pitch, outline);
        _rows = new OverlayRange(rectangle.Y, rectangle.Height, frameHeight, pitch, outline);
        _keep = OverlayChannel.One - OverlayChannel.Share(opacity);
        var columns = Math.Max(_columns.End - _columns.Start, 0);
        _sampler = new BilinearRows(
            Axis(map.Width, _columns, rectangle.X, rectangle.Width, pitch),
            Axis(map.Height, _rows, rectangle.Y, rectangle.Height, pitch));
        _values = new float[columns];
        _levels = new int[columns];
        _colours = new ushort[columns];
    }

    /// <summary>Blends the map into each plane; all sources have one stride and all destinations one.</summary>
    public void Blend(ReadOnlySpan<float> map, ReadOnlySpan<OverlayChannel> channels, int sourceStride, int destinationStride)
    {
        _sampler.Begin();
        for (var y = 0; y < _height; y++)
        {
            var inside = _rows.Holds(y) && !_columns.IsEmpty;
            if (inside)
            {
                _sampler.Row(map, y - _rows.Start, _values);
                Quantise(_values, _levels);
            }

            foreach (ref readonly var channel in channels)
            {
                var source = new ReadOnlySpan<byte>(channel.Source + (nint)y * sourceStride, _width);
                var destination = new Span<byte>(channel.Destination + (nint)y * destinationStride, _width);
                if (inside)
                    BlendInside(in channel, source, destination);
                else
                    BlendOutside(in channel, source, destination, y);
            }
        }
    }

    void BlendInside(in OverlayChannel channel, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        Dim(in channel, source[.._columns.OuterStart], destination);
        destination[_columns.OuterStart.._columns.Start].Fill(channel.Outline);
        LookUp(_levels, channel.Colours, _colours);
        Mix(source[_columns.Start.._columns.End], _keep, _colours, destination[_columns.Start..]);
        destination[_columns.End.._columns.OuterEnd].Fill(channel.Outline);
        Dim(in channel, source[_columns.OuterEnd..], destination[_columns.OuterEnd..]);
    }

    void BlendOutside(in OverlayChannel channel, ReadOnlySpan<byte> source, Span<byte> destination, int y)
    {
        Dim(in channel, source, destination);
        if (_rows.HoldsOutline(y) && !_rows.IsEmpty && !_columns.IsEmpty)
            destination[_columns.OuterStart.._columns.OuterEnd].Fill(channel.Outline);
    }

    void Dim(in OverlayChannel channel, ReadOnlySpan<byte> source, Span<byte> destination) =>
        Mix(source, OverlayChannel.DimKeep, channel.Darkness.AsSpan(0, source.Length), destination);

    /// <summary>Saliency 0..1 to level 0..255; NaN to 0.</summary>
    static void Quantise(ReadOnlySpan<float> values, Span<int> levels)
    {
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var level = Vector.ConvertToInt32(new Vector<float>(values[i..]) * 255 + new Vector<float>(0.5f));
            Vector.Clamp(level, Vector<int>.Zero, new Vector<int>(255)).CopyTo(levels[i..]);
        }

        for (; i < values.Length; i++)
            levels[i] = Math.Clamp((int)(values[i] * 255 + 0.5f), 0, 255);
    }

    static void LookUp(ReadOnlySpan<int> levels, ushort[] table, Span<ushort> colours)
    {
        // Quantise leaves no level outside the table's 256 entries: no bounds checks.
        ref var first = ref MemoryMarshal.GetArrayDataReference(table);
        for (var i = 0; i < colours.Length; i++)
            colours[i] = Unsafe.Add(ref first, levels[i]);
    }

    /// <summary>destination = (source · keep + addend) / 256, where the addend carries the other share and the rounding.</summary>
    static void Mix(ReadOnlySpan<byte> source, int keep, ReadOnlySpan<ushort> addend, Span<byte> destination)
    {
        var half = Vector<ushort>.Count;
        var factor = new Vector<ushort>((ushort)keep);
        var i = 0;
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(source[i..]), out var lower, out var upper);
            lower = (lower * factor + new Vector<ushort>(addend[i..])) >>> 8;
            upper = (upper * factor + new Vector<ushort>(addend[(i + half)..])) >>> 8;
            Vector.Narrow(lower, upper).CopyTo(destination[i..]);
        }

        for (; i < source.Length; i++)
            destination[i] = (byte)((source[i] * keep + addend[i]) >> 8);
    }

    /// <summary>The map's samples laid edge to edge over the rectangle, seen from the plane's samples inside it.</summary>
    static BilinearAxis Axis(int source, OverlayRange range, double origin, double length, int pitch)
    {
        var scale = source / length;
        var firstCentre = (range.Start + 0.5) * pitch;
        return new BilinearAxis(source, Math.Max(range.End - range.Start, 0), (firstCentre - origin) * scale - 0.5, pitch * scale);
    }
}
