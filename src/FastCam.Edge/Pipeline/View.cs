using System.Globalization;

namespace FastCam.Edge.Pipeline;

/// <summary>The kinds of maps that can be drawn.</summary>
enum ViewKind
{
    /// <summary>All layers, weighted (Eq 3).</summary>
    Combined,
    /// <summary>All layers at once, each in a hue of its own (Eq 4 to 7).</summary>
    Lovi,
    /// <summary>One layer.</summary>
    Layer,
    /// <summary>Where one class is seen.</summary>
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

    /// <summary>What people can type, for help texts and errors.</summary>
    public const string Choices = "combined|lovi|layer1|layer2|…|class|fast-cam|non-class|sheet";

    public bool NeedsClassMap => Kind is ViewKind.Class or ViewKind.FastCam or ViewKind.NonClass;

    /// <exception cref="FormatException">There is no such view.</exception>
    public static View Parse(string text)
    {
        if (text.StartsWith(LayerPrefix, StringComparison.OrdinalIgnoreCase) && int.TryParse(text[LayerPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var layer) && layer > 0)
            return new View(ViewKind.Layer, layer - 1);
        return EnumNames.Parse<ViewKind>(text) is { } kind and not ViewKind.Layer ? new View(kind) : throw new FormatException($"there is no view {text}; choose one of {Choices}.");
    }

    /// <exception cref="EdgeException">The network has no such layer.</exception>
    public void ThrowUnlessShown(int layers)
    {
        if (Kind == ViewKind.Layer && Layer >= layers) throw new EdgeException(EdgeFault.BadSetting, $"The network has {layers} layers, and no {this}.", "view");
    }

    public override string ToString() => Kind == ViewKind.Layer ? $"{LayerPrefix}{Layer + 1}" : EnumNames.Format(Kind);
}
