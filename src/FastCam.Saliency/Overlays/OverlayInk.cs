using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

/// <summary>
/// What an overlay draws inside the rectangle, in the planes of one size: an image sampled row by row from the top down.
/// Holds work buffers: one thread at a time.
/// </summary>
abstract class OverlayInk
{
    /// <summary>To be called before the first row of each image.</summary>
    public abstract void Begin();

    /// <summary>Samples a row, counted from the first inside the rectangle.</summary>
    public abstract void MoveTo(ReadOnlySpan<float> image, int row);

    /// <summary>Blends the row into one of the planes.</summary>
    /// <param name="plane">Which of this size: 0 is Y, or 0 is U and 1 is V.</param>
    /// <param name="source">The frame's samples inside the rectangle.</param>
    /// <param name="destination">At least as many.</param>
    public abstract void Mix(int plane, ReadOnlySpan<byte> source, Span<byte> destination);
}

/// <summary>A map in the colours of its levels: sampled once for all planes of one size, and each plane looked up in its own table.</summary>
sealed class ColourMapInk : OverlayInk
{
    readonly BilinearRows _rows;
    readonly byte[][] _tables;
    readonly int _keep;
    readonly int _weight;
    readonly byte[] _levels;
    readonly byte[] _colours;

    /// <param name="grid">Where the samples lie.</param>
    /// <param name="ground">What lies under the map.</param>
    /// <param name="samples">For each plane, the 256 samples of the levels.</param>
    /// <param name="opacity">The share of the colours, 0..1.</param>
    public ColourMapInk(OverlayGrid grid, OverlayGround ground, double[][] samples, double opacity)
    {
        var share = Blending.Share(opacity);
        (_keep, _weight) = (ground.Keep(share), ground.Weight(share));
        _tables = [.. samples.Select(plane => plane.Select(sample => (byte)Math.Round(ground.Ink(sample, share))).ToArray())];
        _rows = new BilinearRows(grid.X, grid.Y);
        var length = BilinearRows.PaddedLength(grid.X.Target);
        (_levels, _colours) = (new byte[length], new byte[length]);
    }

    public override void Begin() => _rows.Begin();

    public override void MoveTo(ReadOnlySpan<float> image, int row) => _rows.Bytes(image, row, _levels);

    public override void Mix(int plane, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ByteTable.LookUp(_tables[plane], _levels, _colours);
        Blending.Mix(source, _keep, _colours, _weight, destination);
    }
}

/// <summary>An image that has its own colours, as <see cref="OverlayImage"/> prepares it: its planes are sampled like maps.</summary>
sealed class PlanesInk : OverlayInk
{
    readonly int _pixels;
    readonly int _first;
    readonly int _keep;
    readonly int _weight;
    readonly BilinearRows[] _rows;
    readonly byte[][] _colours;

    /// <param name="grid">Where the samples lie.</param>
    /// <param name="map">The image's size.</param>
    /// <param name="first">The first of its planes that belongs here.</param>
    /// <param name="planes">How many of them do.</param>
    /// <param name="ground">What lies under the image.</param>
    /// <param name="opacity">The share of the image, 0..1.</param>
    public PlanesInk(OverlayGrid grid, MapSize map, int first, int planes, OverlayGround ground, double opacity)
    {
        (_pixels, _first) = (map.Pixels, first);
        var share = Blending.Share(opacity);
        (_keep, _weight) = (ground.Keep(share), ground.Weight(share));
        _rows = [.. Enumerable.Range(0, planes).Select(_ => new BilinearRows(grid.X, grid.Y))];
        _colours = [.. _rows.Select(_ => new byte[BilinearRows.PaddedLength(grid.X.Target)])];
    }

    public override void Begin()
    {
        foreach (var rows in _rows)
            rows.Begin();
    }

    public override void MoveTo(ReadOnlySpan<float> image, int row)
    {
        for (var plane = 0; plane < _rows.Length; plane++)
            _rows[plane].Bytes(image.Slice((_first + plane) * _pixels, _pixels), row, _colours[plane]);
    }

    public override void Mix(int plane, ReadOnlySpan<byte> source, Span<byte> destination) =>
        Blending.Mix(source, _keep, _colours[plane], _weight, destination);
}

/// <summary>A map in the colours of its levels, each with a share of its own: two numbers of 16 bits are looked up for each sample.</summary>
sealed class SoftColourMapInk : OverlayInk
{
    readonly BilinearRows _rows;
    readonly ushort[][] _addends;
    readonly ushort[] _keeps;
    readonly byte[] _levels;
    readonly ushort[] _addend;
    readonly ushort[] _keep;

    /// <param name="grid">Where the samples lie.</param>
    /// <param name="samples">For each plane, the 256 samples of the levels.</param>
    /// <param name="opacity">The share of the highest level's colour, 0..1; the others have less in proportion.</param>
    public SoftColourMapInk(OverlayGrid grid, double[][] samples, double opacity)
    {
        _rows = new BilinearRows(grid.X, grid.Y);
        var shares = Enumerable.Range(0, 256).Select(level => Blending.Share(opacity * level / 255)).ToArray();
        _keeps = [.. shares.Select(share => (ushort)(Blending.One - share))];
        _addends = [.. samples.Select(plane => plane.Select((sample, level) => Blending.Addend(sample, shares[level])).ToArray())];
        var columns = grid.X.Target;
        _levels = new byte[BilinearRows.PaddedLength(columns)];
        (_addend, _keep) = (new ushort[columns], new ushort[columns]);
    }

    public override void Begin() => _rows.Begin();

    // Inlined into the loop over the rows, the loops in here have been seen to run 1.6 times slower.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void MoveTo(ReadOnlySpan<float> image, int row)
    {
        _rows.Bytes(image, row, _levels);
        LookUp(_levels, _keeps, _keep);
    }

    public override void Mix(int plane, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        LookUp(_levels, _addends[plane], _addend);
        Blending.Mix(source, _keep, _addend, destination);
    }

    static void LookUp(ReadOnlySpan<byte> levels, ushort[] table, Span<ushort> row)
    {
        // No byte lies outside the table's 256 entries: no bounds checks.
        ref var first = ref MemoryMarshal.GetArrayDataReference(table);
        levels = levels[..row.Length];
        for (var i = 0; i < row.Length; i++)
            row[i] = Unsafe.Add(ref first, levels[i]);
    }
}

/// <summary>An image that has its own colours, each with a share of its own: addends and what is kept of the frame, sampled like maps.</summary>
sealed class SoftPlanesInk : OverlayInk
{
    readonly int _pixels;
    readonly int _first;
    readonly BilinearRows[] _rows;
    readonly BilinearRows _keepRows;
    readonly float[] _values;
    readonly ushort[][] _addends;
    readonly ushort[] _keeps;

    /// <param name="grid">Where the samples lie.</param>
    /// <param name="map">The image's size.</param>
    /// <param name="first">The first of its planes that belongs here.</param>
    /// <param name="planes">How many of them do.</param>
    public SoftPlanesInk(OverlayGrid grid, MapSize map, int first, int planes)
    {
        var columns = grid.X.Target;
        (_pixels, _first) = (map.Pixels, first);
        _keepRows = new BilinearRows(grid.X, grid.Y);
        _rows = [.. Enumerable.Range(0, planes).Select(_ => new BilinearRows(grid.X, grid.Y))];
        _addends = [.. _rows.Select(_ => new ushort[columns])];
        (_values, _keeps) = (new float[columns], new ushort[columns]);
    }

    public override void Begin()
    {
        foreach (var rows in _rows)
            rows.Begin();
        _keepRows.Begin();
    }

    // Inlined into the loop over the rows, the loops in here have been seen to run 1.6 times slower.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void MoveTo(ReadOnlySpan<float> image, int row)
    {
        for (var plane = 0; plane < _rows.Length; plane++)
            Sample(_rows[plane], image.Slice((_first + plane) * _pixels, _pixels), row, _addends[plane]);
        Sample(_keepRows, image.Slice(OverlayImage.KeepPlane * _pixels, _pixels), row, _keeps);
    }

    public override void Mix(int plane, ReadOnlySpan<byte> source, Span<byte> destination) => Blending.Mix(source, _keeps, _addends[plane], destination);

    void Sample(BilinearRows rows, ReadOnlySpan<float> plane, int row, Span<ushort> fixedPoint)
    {
        rows.Row(plane, row, _values);
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

/// <summary>
/// An image's red, green and blue turned into what blending needs, at the image's own size: Y, U and V, or in soft mode their
/// addends and what is kept of the frame. Sampled between pixels those stay consistent with one another, being premultiplied.
/// </summary>
sealed class OverlayImage(MapSize size, OverlayMode mode, float opacity)
{
    public const int LumaPlane = 0, ChromaPlanes = 1, KeepPlane = 3;

    readonly float[] _planes = new float[4 * size.Pixels];
    readonly bool _soft = mode is OverlayMode.Soft;
    readonly float _share = mode is OverlayMode.Soft ? opacity * Blending.One : Blending.Share(opacity);
    readonly OverlayGround _luma = OverlayGround.Luma(mode);
    readonly OverlayGround _chroma = OverlayGround.Chroma(mode);

    /// <summary>
    /// Y, U and V, 0.5 to 255.5, so that the whole part is the nearest sample; in soft mode their addends and what is kept of the
    /// frame, in the fixed point of <see cref="Blending"/>.
    /// </summary>
    public ReadOnlySpan<float> Planes => _planes;

    /// <param name="rgb">Red, green and blue planes, 0..1; values outside count as the nearer end, NaN as 0.</param>
    public void Set(ReadOnlySpan<float> rgb)
    {
        for (var i = 0; i < size.Pixels; i += Vector<float>.Count)
        {
            var (red, green, blue) = (Channel(rgb, 0, i), Channel(rgb, 1, i), Channel(rgb, 2, i));
            var y = red * Bt601.RedWeight + green * Bt601.GreenWeight + blue * Bt601.BlueWeight;
            // An image's saliency is its value, as in LOVI: the largest channel.
            var share = _soft ? Vector.Max(Vector.Max(red, green), blue) * (_share / 255) : new Vector<float>(_share);
            Store(0, i, Ink(y, share, _luma));
            Store(1, i, Ink(Chroma(blue - y, Bt601.BlueDifference), share, _chroma));
            Store(2, i, Ink(Chroma(red - y, Bt601.RedDifference), share, _chroma));
            if (!_soft)
                continue;
            // The fractions are cut off in the end. This half rounds; the addends go without one, or a white sample could overflow.
            Store(KeepPlane, i, new Vector<float>(Blending.One + 0.5f) - share);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Vector<float> Channel(ReadOnlySpan<float> rgb, int plane, int index) =>
        MapVector.ZeroToOne(MapVector.Load(rgb.Slice(plane * size.Pixels, size.Pixels), index)) * 255;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Store(int plane, int index, Vector<float> values) => MapVector.Store(values, _planes.AsSpan(plane * size.Pixels, size.Pixels), index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> Chroma(Vector<float> difference, float weight) =>
        Vector.Min(difference * weight + new Vector<float>(Bt601.Neutral), new Vector<float>(255));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Vector<float> Ink(Vector<float> sample, Vector<float> share, OverlayGround ground)
    {
        if (_soft)
            return sample * share + new Vector<float>(Blending.Half);
        var ink = ground.HoldsFrame ? sample : (sample * share + (new Vector<float>(Blending.One) - share) * ground.Sample) * (1f / Blending.One);
        return ink + new Vector<float>(0.5f);
    }
}

/// <summary>A map made ready to be sampled as levels.</summary>
sealed class OverlayLevels(MapSize size)
{
    readonly float[] _levels = new float[size.Pixels];

    /// <summary>0.5 to 255.5: the whole part of what lies between two of them is the nearest level.</summary>
    public ReadOnlySpan<float> Values => _levels;

    /// <param name="map">The map, 0..1; values outside count as the nearer end, NaN as 0.</param>
    public void Set(ReadOnlySpan<float> map)
    {
        for (var i = 0; i < map.Length; i += Vector<float>.Count)
            MapVector.Store(MapVector.ZeroToOne(MapVector.Load(map, i)) * 255 + new Vector<float>(0.5f), _levels, i);
    }
}
