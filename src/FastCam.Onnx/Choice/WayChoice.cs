using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Onnx.Operator;

namespace FastCam.Onnx.Choice;

/// <summary>The way that explains a model quickest on this machine, and what shows it.</summary>
/// <param name="By">The way.</param>
/// <param name="Times">Every way that was tried.</param>
/// <param name="Remembered">Whether it was measured at an earlier start.</param>
/// <param name="Notices">Why a way was not tried, if one was not.</param>
public sealed record WayChoice(ExplainBy By, IReadOnlyList<WayTime> Times, [property: JsonIgnore] bool Remembered, [property: JsonIgnore] IReadOnlyList<string> Notices)
{
    /// <summary>For people: <c>blocked, 5.02 ms a pass (operator 5.10, taps 5.25; medians of 40 passes each)</c>.</summary>
    public override string ToString()
    {
        if (Times.Count == 0) return Name(By);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Name(By)}, {Times.First(way => way.By == By).Milliseconds:F2} ms a pass (");
        foreach (var way in Times.Where(way => way.By != By).OrderBy(way => way.Milliseconds)) text.Append(CultureInfo.InvariantCulture, $"{Name(way.By)} {way.Milliseconds:F2}, ");
        text.Length -= 2;
        return text.Append(CultureInfo.InvariantCulture, $"; medians of {Times[0].Passes} passes each{(Remembered ? ", measured at an earlier start" : "")})").ToString();
    }

    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, WayChoiceJson.Default.WayChoice);

    /// <summary>A choice that was kept; null where there is none that can be read.</summary>
    internal static WayChoice? From(byte[]? kept)
    {
        if (kept is null) return null;
        try
        {
            return JsonSerializer.Deserialize(kept, WayChoiceJson.Default.WayChoice) is { Times: { } times } choice && times.All(way => way is not null) && times.Any(way => way.By == choice.By)
                ? choice with { Remembered = true, Notices = [] }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static string Name(ExplainBy way) => way.ToString().ToLowerInvariant();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(WayChoice))]
sealed partial class WayChoiceJson : JsonSerializerContext;
