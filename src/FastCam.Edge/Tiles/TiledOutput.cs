using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastCam.Edge.Commands;
using FastCam.Saliency;
using FastCam.Video;

namespace FastCam.Edge.Tiles;

/// <summary>Writes the overlay and the map band by band, with one band in memory. The files get their names when all are whole.</summary>
sealed unsafe class TiledOutput : IDisposable
{
    readonly LargeImage _image;
    readonly ColourMap _colours;
    readonly float _opacity;
    readonly NewFile _overlayFile;
    readonly NewFile _mapFile;
    readonly NewFile _mapPictureFile;
    readonly PngRows _overlay;
    readonly PngRows _mapPicture;
    Overlay? _painter;
    int _painterRows;
    byte[] _planes = [];
    byte[] _rgb = [];
    byte[] _grey = [];

    public TiledOutput(LargeImage image, ExplanationOutput output, ColourMap colours, float opacity)
    {
        (_image, _colours, _opacity) = (image, colours, opacity);
        _overlayFile = new NewFile(output.Overlay);
        _mapFile = new NewFile(output.Map);
        _mapPictureFile = new NewFile(output.MapPicture);
        _overlay = new PngRows(_overlayFile.Stream, image.Width, image.Height, PngPixels.Rgb8);
        _mapPicture = new PngRows(_mapPictureFile.Stream, image.Width, image.Height, PngPixels.Grey16);
        NpyFile.WriteHeader(_mapFile.Stream, image.Height, image.Width);
    }

    /// <summary>Writes the next rows.</summary>
    /// <param name="first">The first one's number: even.</param>
    /// <param name="map">Whole rows of the map, 0..1.</param>
    public void Write(int first, ReadOnlySpan<float> map)
    {
        fixed (float* start = map)
        {
            var (values, length) = ((nint)start, map.Length);
            Parallel.Invoke(
                () => WriteOverlay(first, new ReadOnlySpan<float>((float*)values, length)),
                () => WriteMap(new ReadOnlySpan<float>((float*)values, length)));
        }
    }

    /// <summary>Ends the files and gives them their names.</summary>
    public void Keep()
    {
        _overlay.Complete();
        _mapPicture.Complete();
        _overlayFile.Keep();
        _mapFile.Keep();
        _mapPictureFile.Keep();
    }

    public void Dispose()
    {
        _overlay.Dispose();
        _mapPicture.Dispose();
        _overlayFile.Dispose();
        _mapFile.Dispose();
        _mapPictureFile.Dispose();
    }

    void WriteOverlay(int first, ReadOnlySpan<float> map)
    {
        var rows = map.Length / _image.Width;
        var planes = Sized(ref _planes, _image.ByteCount(rows));
        _image.ReadRows(first, rows, planes);
        if (_painter is null || _painterRows != rows)
        {
            _painterRows = rows;
            _painter = new Overlay(_image.Width, rows, new MapSize(_image.Width, rows), new SourceRectangle(0, 0, _image.Width, rows), _colours, _opacity);
        }
        fixed (byte* pixels = planes)
        {
            var view = I420.Packed(pixels, _image.Width, rows);
            _painter.Blend(view, map, view);
        }
        var rgb = Sized(ref _rgb, 3 * map.Length);
        I420ToRgb.Convert(planes, _image.Width, rows, rgb);
        _overlay.Write(rgb);
    }

    void WriteMap(ReadOnlySpan<float> map)
    {
        _mapFile.Stream.Write(MemoryMarshal.AsBytes(map));
        var grey = Sized(ref _grey, map.Length * sizeof(ushort));
        for (var i = 0; i < map.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(grey[(i * sizeof(ushort))..], (ushort)(map[i] * ushort.MaxValue + 0.5f));
        _mapPicture.Write(grey);
    }

    static Span<byte> Sized(ref byte[] buffer, int bytes)
    {
        if (buffer.Length < bytes) buffer = new byte[bytes];
        return buffer.AsSpan(0, bytes);
    }
}
