using FastCam.Edge.Overlays;
using FastCam.Onnx.ClassMaps;
using FastCam.Onnx.Input;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Saliency.ClassMaps;

namespace FastCam.Edge.Pipeline;

/// <summary>How the maps are to be made, before the model is known.</summary>
/// <param name="Options">The options of the explanation.</param>
/// <param name="ChoosesStrategy">Whether the explain strategy is chosen while the stream runs.</param>
/// <param name="ClassMap">The method of the class map.</param>
/// <param name="Class">The class to map, by its index or label; null for the most probable.</param>
/// <param name="Fit">How an image or frame becomes the input; null for what the manifest says.</param>
sealed record ExplanationRequest(ExplanationOptions Options, bool ChoosesStrategy, ClassMapMethod ClassMap, string? Class, FitRule? Fit)
{
    /// <summary>Returns the options for a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="view">What is drawn.</param>
    /// <param name="offersClassMap">Whether a class map is wanted where the network allows one, whatever is drawn.</param>
    /// <exception cref="EdgeException">The weights, the view or the class do not fit the network.</exception>
    /// <exception cref="Onnx.ModelException">The view needs a class map, and the network does not allow one.</exception>
    public ExplanationOptions For(Model model, View view, bool offersClassMap)
    {
        Check("weights", () => Options.Weights.For(model.ScaleEnds.Count));
        view.ThrowUnlessShown(model.ScaleEnds.Count);
        var wantsClassMap = view.NeedsClassMap || Class is not null || (offersClassMap && model.NoClassHead is null);
        return wantsClassMap ? Options with { ClassMap = ClassMap, Class = FindClass(model) } : Options;
    }

    int? FindClass(Model model) => Class is null ? null : Check("class", () => ClassLabels.Find(model.Labels, model.ClassHead.Classes, Class));

    static T Check<T>(string setting, Func<T> check)
    {
        try
        {
            return check();
        }
        catch (FormatException e)
        {
            throw new EdgeException(EdgeFault.BadSetting, e.Message, setting, e);
        }
    }
}
