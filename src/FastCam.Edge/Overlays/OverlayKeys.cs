using System.Globalization;
using FastCam.Saliency.Overlays;

namespace FastCam.Edge.Overlays;

/// <summary>Changes what is drawn as somebody who watches presses keys. One thread at a time.</summary>
/// <param name="settings">What is drawn at first.</param>
/// <param name="views">The views that there are.</param>
sealed class OverlayKeys(OverlaySettings settings, IReadOnlyList<View> views)
{
    const float Step = 0.1f;

    /// <summary>What each key does, for a list of them.</summary>
    public static IReadOnlyList<(string Keys, string Does)> Help { get; } =
    [
        ("v  V", "next, previous view"),
        ("1 … 9", "one layer"),
        ("0", "all layers combined"),
        ("c  C", "next, previous colours"),
        ("m  M", "next, previous mode"),
        ("+  -", "more, less opacity"),
        ("l", "legend"),
    ];

    /// <summary>What is to be drawn now.</summary>
    public OverlaySettings Settings { get; private set; } = settings;

    /// <summary>Takes back the last change: it cannot be drawn.</summary>
    public void Undo(OverlaySettings before) => Settings = before;

    /// <summary>Returns what a key has changed, in a few words; null where it is none of these keys.</summary>
    public string? Press(char key)
    {
        switch (key)
        {
            case 'v' or 'V':
                return Show(Neighbour(views, Settings.View, key));
            case >= '1' and <= '9':
                var layer = new View(ViewKind.Layer, key - '1');
                return views.Contains(layer) ? Show(layer) : $"there is no {layer}";
            case '0':
                return Show(new View(ViewKind.Combined));
            case 'c' or 'C':
                Settings = Settings with { Colours = Neighbour(ColourMap.All, Settings.Colours, key) };
                return $"colours: {Settings.Colours.Name}";
            case 'm' or 'M':
                Settings = Settings with { Mode = Neighbour(Enum.GetValues<OverlayMode>(), Settings.Mode, key) };
                return $"mode: {EnumNames.Format(Settings.Mode)}";
            case '+' or '=' or '-' or '_':
                var opacity = Settings.Opacity + (key is '+' or '=' ? Step : -Step);
                Settings = Settings with { Opacity = Math.Clamp(MathF.Round(opacity, 2), 0, 1) };
                return string.Create(CultureInfo.InvariantCulture, $"opacity: {Settings.Opacity:0.##}");
            case 'l' or 'L':
                Settings = Settings with { Legend = !Settings.Legend };
                return Settings.Legend ? "legend" : "no legend";
            default:
                return null;
        }
    }

    string Show(View view)
    {
        Settings = Settings with { View = view };
        return $"view: {view}";
    }

    /// <summary>Returns the next one of a list, or with the key in upper case the one before; both ends meet.</summary>
    static T Neighbour<T>(IReadOnlyList<T> all, T present, char key)
    {
        var at = 0;
        while (at < all.Count - 1 && !EqualityComparer<T>.Default.Equals(all[at], present))
            at++;
        return all[(at + (char.IsUpper(key) ? all.Count - 1 : 1)) % all.Count];
    }
}
