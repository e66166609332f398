using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Overlays;
using FastCam.Saliency.Resampling;

namespace FastCam.Edge.Pipeline;

/// <summary>What a view shows of each explanation: one map, or for LOVI a picture of its own colours. Holds work buffers: one thread at a time; 0 managed bytes a frame.</summary>
sealed class ViewMap
{
    readonly View _view;
    readonly Lovi? _lovi;
    readonly float[] _drawn;

    /// <param name="view">What is shown; not the sheet.</param>
    /// <param name="model">The network.</param>
    /// <param name="explanation">What its maps are made by.</param>
    public ViewMap(View view, Model model, ExplanationOptions explanation)
    {
        _view = view;
        var layers = model.ScaleEnds.Select(tap => new MapSize(tap.Width, tap.Height)).ToArray();
        Size = view.Kind == ViewKind.Layer ? layers[view.Layer] : model.Input.Size;
        _lovi = view.Kind == ViewKind.Lovi ? new Lovi(layers, Size, Lovi.Relative(ScaleWeights.Resolve(explanation.Weights, layers.Length))) : null;
        _drawn = view.Kind switch
        {
            ViewKind.Lovi => new float[3 * Size.Pixels],
            ViewKind.FastCam or ViewKind.NonClass => new float[Size.Pixels],
            _ => [],
        };
    }

    /// <summary>Columns and rows.</summary>
    public MapSize Size { get; }

    /// <summary>Whether it is red, green and blue planes and not one map.</summary>
    public bool HasColours => _lovi is not null;

    /// <summary>The map, or the planes one after another, 0..1; valid until the next call.</summary>
    public ReadOnlySpan<float> Draw(FrameExplanation explanation)
    {
        switch (_view.Kind)
        {
            case ViewKind.Lovi:
                for (var layer = 0; layer < explanation.Normalised.Count; layer++) _lovi!.Set(layer, explanation.Normalised[layer]);
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
