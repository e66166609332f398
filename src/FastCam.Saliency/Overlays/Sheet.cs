using FastCam.Saliency.Imaging;
using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Overlays;

/// <summary>
/// A grid of tiles of one size with a caption above each: the input, the layers, the combined map and whatever else explains
/// one image, as in the paper's first figure.
/// </summary>
public sealed class Sheet
{
    /// <summary>Even, as every place on the sheet: chroma samples stand for two pixels.</summary>
    const int Gap = 6, CaptionHeight = 18, ChipSide = 10;

    /// <summary>A sheet is looked at whole, and its tiles are as large as the network's input: its letters are the smallest.</summary>
    static readonly int TextHeight = TextFit.LineHeight(1);

    const byte Background = 0;

    readonly MapSize _tile;
    readonly int _columns;
    readonly int _count;
    readonly PinnedImage _image;
    readonly (MapSize Size, ColourMap? Colours, Overlay? Overlay)[] _maps;
    FrameScaling? _scaling;

    /// <summary>Lays out a sheet and writes its captions.</summary>
    /// <param name="tile">The size of a tile.</param>
    /// <param name="tiles">What stands above each, row by row from the left; shortened in its middle to the tile's width.</param>
    /// <param name="text">What draws the letters.</param>
    /// <param name="columns">Tiles a row, at least 1.</param>
    /// <exception cref="ArgumentException">A tile without pixels, no tiles, or no columns.</exception>
    public Sheet(MapSize tile, IReadOnlyList<SheetTile> tiles, ITextRenderer text, int columns = 4)
    {
        tile.ThrowIfEmpty(nameof(tile));
        ArgumentNullException.ThrowIfNull(tiles);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfZero(tiles.Count, nameof(tiles));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        (_tile, _count, _columns) = (tile, tiles.Count, Math.Min(columns, tiles.Count));
        _maps = new (MapSize, ColourMap?, Overlay?)[_count];
        var rows = (_count + _columns - 1) / _columns;
        _image = new PinnedImage(Gap + _columns * StepX, Gap + rows * StepY);
        _image.View.Fill(Background, Background, Background);
        for (var i = 0; i < _count; i++)
            WriteCaption(tiles[i], Left(i), Top(i), text);
    }

    /// <summary>The sheet's width in pixels.</summary>
    public int Width => _image.View.Width;

    /// <summary>The sheet's height in pixels.</summary>
    public int Height => _image.View.Height;

    /// <summary>The sheet: planes Y, U and V, one after another, full-range BT.601.</summary>
    public byte[] Pixels => _image.Pixels;

    /// <summary>A view of one tile, to draw on with any means; valid as long as the sheet is referenced.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such tile.</exception>
    public I420 Tile(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _count);
        return _image.View.Part(Left(index), Top(index) + CaptionHeight, _tile.Width, _tile.Height);
    }

    /// <summary>
    /// Fills a tile with a part of a frame; what reaches outside the frame is black. 0 managed bytes from the second frame of one
    /// size and rectangle on.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such tile, or the rectangle has no area.</exception>
    public void DrawFrame(int index, in I420 frame, SourceRectangle rectangle)
    {
        var tile = Tile(index);
        if (_scaling is null || !_scaling.Fits(in frame, rectangle, _tile))
            _scaling = new FrameScaling(frame.Width, frame.Height, rectangle, _tile);
        _scaling.Scale(in frame, in tile);
    }

    /// <summary>
    /// Fills a tile with a map in colours, or with red, green and blue planes where <paramref name="colours"/> is null. 0 managed
    /// bytes from the second image of one size and colours on.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such tile, or the image is not of its size.</exception>
    public void DrawMap(int index, ReadOnlySpan<float> image, MapSize size, ColourMap? colours)
    {
        var tile = Tile(index);
        ref var map = ref _maps[index];
        if (map.Overlay is null || map.Size != size || map.Colours != colours)
        {
            map = (size, colours, new Overlay(
                _tile.Width, _tile.Height, size, new SourceRectangle(0, 0, _tile.Width, _tile.Height), colours, 1, OverlayMode.Alone));
        }
        map.Overlay.Blend(in tile, image, in tile);
    }

    int StepX => (_tile.Width + 1) / 2 * 2 + Gap;

    int StepY => (_tile.Height + 1) / 2 * 2 + CaptionHeight + Gap;

    int Left(int index) => Gap + index % _columns * StepX;

    int Top(int index) => Gap + index / _columns * StepY;

    void WriteCaption(SheetTile tile, int x, int y, ITextRenderer text)
    {
        var room = _tile.Width;
        var top = y + (CaptionHeight - TextHeight) / 2;
        if (tile.Chip is { } chip && room > ChipSide)
        {
            _image.View.Part(x, top + (TextHeight - ChipSide) / 2, ChipSide, ChipSide).Fill(chip.Red, chip.Green, chip.Blue);
            (x, room) = (x + ChipSide + 2, room - ChipSide - 2);
        }

        text.Render(TextFit.Shorten(tile.Caption, room, text, TextHeight), TextHeight).Draw(_image.View, x, top);
    }
}

/// <summary>What stands above a tile of a <see cref="Sheet"/>.</summary>
/// <param name="Caption">One line.</param>
/// <param name="Chip">A colour to the left of it, such as a layer's hue in LOVI; null for none.</param>
public sealed record SheetTile(string Caption, (byte Red, byte Green, byte Blue)? Chip = null);
