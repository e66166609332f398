using FastCam.Edge.Text;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Overlays;
using FastCam.Video.Frames;

namespace FastCam.Edge.Pipeline;

/// <summary>The input as the network sees it, and every map of it, side by side.</summary>
sealed class SheetPainter : PicturePainter
{
    const int SmallestWithLegend = 16;

    readonly Sheet _sheet;
    readonly ViewMap[] _maps;
    readonly ColourMap _colours;

    public SheetPainter(Model model, ExplanationOptions explanation, PictureSettings settings) : base(model, explanation, settings)
    {
        _colours = settings.Colours;
        var layers = model.Taps.Count;
        List<(View View, SheetTile Tile)> views =
        [
            .. model.Taps.Select((tap, layer) => (new View(ViewKind.Layer, layer), new SheetTile($"layer{layer + 1}  {tap.Width}×{tap.Height}×{tap.Channels}", Lovi.Colour(layer, layers)))),
            (new View(ViewKind.Combined), new SheetTile("combined")),
            (new View(ViewKind.Lovi), new SheetTile("lovi")),
        ];
        if (explanation.ClassMap is { } method)
        {
            views.AddRange(
            [
                (new View(ViewKind.Class), new SheetTile($"class ({method}): {(explanation.Class is { } index ? model.LabelOf(index) : "the top one")}")),
                (new View(ViewKind.FastCam), new SheetTile("fast-cam")),
                (new View(ViewKind.NonClass), new SheetTile("non-class")),
            ]);
        }
        _maps = [.. views.Select(view => new ViewMap(view.View, model, explanation))];
        List<SheetTile> tiles = [new SheetTile("input"), .. views.Select(view => view.Tile)];
        if (settings.Legend) tiles.Add(new SheetTile("colours, and the hues of lovi"));
        _sheet = new Sheet(model.Input.Size, tiles, SkiaText.Shared);
        if (!settings.Legend || model.Input.Height < SmallestWithLegend) return;
        var tile = _sheet.Tile(tiles.Count - 1);
        var half = tile.Height / 4 * 2; // Even, for the chroma.
        Legend.ForColours(tile.Width, half, settings.Colours, "saliency", SkiaText.Shared).Draw(tile.Part(0, 0, tile.Width, half));
        Legend.ForLayers(tile.Width, tile.Height - half, Layers, SkiaText.Shared).Draw(tile.Part(0, half, tile.Width, tile.Height - half));
    }

    public override FrameFormat SizeFor(FrameFormat frame) => new(_sheet.Width, _sheet.Height);

    protected override unsafe void Draw(in I420 frame, FrameExplanation? found, in I420 target)
    {
        _sheet.DrawFrame(0, frame, found?.Rectangle ?? new SourceRectangle(0, 0, frame.Width, frame.Height));
        if (found is not null)
            for (var i = 0; i < _maps.Length; i++) _sheet.DrawMap(1 + i, _maps[i].Of(found), _maps[i].Size, _maps[i].HasColours ? null : _colours);
        fixed (byte* pixels = _sheet.Pixels) I420.Packed(pixels, _sheet.Width, _sheet.Height).CopyTo(target);
    }
}
