using System.Globalization;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Overlays;
using FastCam.Saliency.Resampling;

namespace FastCam.Edge.Overlays;

/// <summary>The kinds of maps that can be drawn.</summary>
enum ViewKind
{
    /// <summary>The weighted mean of all layers (Equation 3).</summary>
    Combined,
    /// <summary>All layers at once, each in a hue of its own (Equations 4 to 7).</summary>
    Lovi,
    /// <summary>One layer.</summary>
    Layer,
    /// <summary>The class map: where the network sees one class.</summary>
    Class,
    /// <summary>The combined map where the class is: combined × class.</summary>
    FastCam,
    /// <summary>The combined map where the class is not: combined × (1 − class).</summary>
    NonClass,
    /// <summary>The input and all maps side by side, as the paper's first figure.</summary>
    Sheet,
}

/// <summary>What is drawn.</summary>
/// <param name="Kind">The kind of map.</param>
/// <param name="Layer">Which layer, 0 for the finest; 0 for all other kinds.</param>
readonly record struct View(ViewKind Kind, int Layer = 0)
{
    const string LayerPrefix = "layer";

    /// <summary>The names that a user can type, for help texts and errors.</summary>
    public const string Choices = "combined|lovi|layer1|layer2|…|class|fast-cam|non-class|sheet";

    /// <summary>The views that there are of a network.</summary>
    /// <param name="layers">How many layers are mapped.</param>
    /// <param name="hasClassMap">Whether a class map is made.</param>
    public static IReadOnlyList<View> All(int layers, bool hasClassMap) =>
    [
        new(ViewKind.Combined),
        new(ViewKind.Lovi),
        .. Enumerable.Range(0, layers).Select(layer => new View(ViewKind.Layer, layer)),
        .. hasClassMap ? new[] { new View(ViewKind.Class), new View(ViewKind.FastCam), new View(ViewKind.NonClass) } : [],
        new(ViewKind.Sheet),
    ];

    public bool NeedsClassMap => Kind is ViewKind.Class or ViewKind.FastCam or ViewKind.NonClass;

    /// <exception cref="FormatException">There is no such view.</exception>
    public static View Parse(string text)
    {
        if (text.StartsWith(LayerPrefix, StringComparison.OrdinalIgnoreCase)
            && int.TryParse(text[LayerPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var layer) && layer > 0)
        {
            return new View(ViewKind.Layer, layer - 1);
        }
        return EnumNames.Parse<ViewKind>(text) is { } kind and not ViewKind.Layer
            ? new View(kind)
            : throw new FormatException($"there is no view {text}; choose one of {Choices}.");
    }

    /// <exception cref="EdgeException">The network has no such layer.</exception>
    public void ThrowUnlessShown(int layers)
    {
        if (Kind == ViewKind.Layer && Layer >= layers)
            throw new EdgeException(EdgeFault.BadSetting, $"The network has {layers} layers, and no {this}.", "view");
    }

    public override string ToString() => Kind == ViewKind.Layer ? $"{LayerPrefix}{Layer + 1}" : EnumNames.Format(Kind);
}

/// <summary>
/// The map that a view shows of each explanation: one map, or for LOVI an image in colours of its own. It holds work buffers, so that
/// drawing allocates nothing. One thread at a time.
/// </summary>
sealed class ViewMap
{
    readonly View _view;
    readonly Lovi? _lovi;
    readonly float[] _drawn;

    /// <param name="view">The view; not the sheet.</param>
    /// <param name="model">The network.</param>
    /// <param name="explanation">How its maps are made.</param>
    public ViewMap(View view, Model model, ExplanationOptions explanation)
    {
        _view = view;
        var layers = model.ScaleEnds.Select(end => new MapSize(end.Width, end.Height)).ToArray();
        Size = view.Kind == ViewKind.Layer ? layers[view.Layer] : model.Input.Size;
        _lovi = view.Kind == ViewKind.Lovi
            ? new Lovi(layers, Size, Lovi.Relative(explanation.Weights.For(layers.Length)))
            : null;
        _drawn = view.Kind switch
        {
            ViewKind.Lovi => new float[3 * Size.Pixels],
            ViewKind.FastCam or ViewKind.NonClass => new float[Size.Pixels],
            _ => [],
        };
    }

    /// <summary>The map's columns and rows.</summary>
    public MapSize Size { get; }

    /// <summary>Whether there are red, green and blue planes instead of one map.</summary>
    public bool HasColours => _lovi is not null;

    /// <summary>Returns the map, or the planes one after another, 0..1; they are valid until the next call.</summary>
    public ReadOnlySpan<float> Draw(FrameExplanation explanation)
    {
        switch (_view.Kind)
        {
            case ViewKind.Lovi:
                for (var layer = 0; layer < explanation.Normalised.Count; layer++)
                    _lovi!.Set(layer, explanation.Normalised[layer]);
                _lovi!.Rgb(_drawn);
                return _drawn;
            case ViewKind.Layer:
                return explanation.Normalised[_view.Layer];
            case ViewKind.Class:
                return explanation.ClassMap;
            case ViewKind.FastCam:
                ClassCombination.FastCam(explanation.Combined, explanation.ClassMap, _drawn);
                return _drawn;
            case ViewKind.NonClass:
                ClassCombination.NonClass(explanation.Combined, explanation.ClassMap, _drawn);
                return _drawn;
            default:
                return explanation.Combined;
        }
    }
}
