using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Saliency.Resampling;

namespace FastCam.Onnx.Input;

/// <summary>The axes' order of an input tensor.</summary>
[JsonConverter(typeof(LowerCaseEnum<InputLayout>))]
public enum InputLayout
{
    /// <summary>1 × colours × rows × columns.</summary>
    Nchw,
    /// <summary>1 × rows × columns × colours.</summary>
    Nhwc,
}

/// <summary>The order of the colour planes that the input wants.</summary>
[JsonConverter(typeof(LowerCaseEnum<ColourOrder>))]
public enum ColourOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,
    /// <summary>Blue, green, red.</summary>
    Bgr,
}

/// <summary>The number type of an input tensor.</summary>
public enum InputType
{
    /// <summary>Single precision.</summary>
    Float32,
    /// <summary>Half precision.</summary>
    Float16,
    /// <summary>Bytes, rounded to the nearest and held within 0..255.</summary>
    Uint8,
}

/// <summary>The network's input, and how a frame is turned into it: x = (value − mean) / std per colour, value in 0..255.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Colours">The order of the colours.</param>
/// <param name="Mean">Three means, in the order of the colours.</param>
/// <param name="Std">Three divisors, in the order of the colours.</param>
/// <param name="Fit">How a frame of another shape is fitted.</param>
/// <param name="CropFraction">The part that a crop takes.</param>
public sealed record InputSpec(
    string Name, int Width, int Height, ColourOrder Colours, IReadOnlyList<float> Mean, IReadOnlyList<float> Std, FitRule Fit, double CropFraction)
{
    /// <summary>The axes' order.</summary>
    public InputLayout Layout { get; init; }

    /// <summary>Whether a reduction averages all the pixels that an input pixel covers, rather than its four nearest.</summary>
    public bool Antialias { get; init; }

    /// <summary>The number type.</summary>
    public InputType Type { get; init; }

    /// <summary>Columns and rows: the size of the combined map.</summary>
    public MapSize Size => new(Width, Height);

    /// <summary>Numbers in the tensor: 3 × height × width.</summary>
    public int Length => 3 * Height * Width;

    /// <summary>The tensor's dimensions, with a batch of one.</summary>
    public IReadOnlyList<long> Shape => Layout == InputLayout.Nchw ? [1, 3, Height, Width] : [1, Height, Width, 3];
}

/// <summary>Choices as a manifest spells them: in lower case, by name only.</summary>
sealed class LowerCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false) where T : struct, Enum;
