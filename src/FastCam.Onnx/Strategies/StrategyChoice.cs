using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Onnx.Operator;

namespace FastCam.Onnx.Strategies;

/// <summary>The strategy that explains a model quickest on this machine, and what shows it.</summary>
/// <param name="Strategy">The strategy.</param>
/// <param name="Times">Every strategy that was tried.</param>
/// <param name="Remembered">Whether it was measured at an earlier start.</param>
/// <param name="Notices">Why a strategy was not tried, if one was not.</param>
public sealed record StrategyChoice(
    [property: JsonPropertyName("by")] ExplainStrategy Strategy, IReadOnlyList<StrategyTiming> Times, [property: JsonIgnore] bool Remembered,
    [property: JsonIgnore] IReadOnlyList<string> Notices)
{
    /// <summary>A kept choice is as good as none after this: drivers, libraries and neighbours change.</summary>
    static readonly TimeSpan LongestKept = TimeSpan.FromDays(30);

    /// <summary>When it was measured.</summary>
    public DateTimeOffset Measured { get; init; }

    /// <summary>The display text: <c>blocked, 5.02 ms a pass (operator 5.10, taps 5.25; medians of 40 passes each)</c>.</summary>
    public override string ToString()
    {
        if (Times.Count == 0)
            return Name(Strategy);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Name(Strategy)}, {Times.First(timing => timing.Strategy == Strategy).Milliseconds:F2} ms a pass (");
        foreach (var timing in Times.Where(timing => timing.Strategy != Strategy).OrderBy(timing => timing.Milliseconds))
            text.Append(CultureInfo.InvariantCulture, $"{Name(timing.Strategy)} {timing.Milliseconds:F2}, ");
        text.Length -= 2;
        var isQuickest = Times.MinBy(timing => timing.Milliseconds)!.Strategy == Strategy;
        return text.Append(
            CultureInfo.InvariantCulture,
            $"; medians of {Times[0].Passes} passes each{(isQuickest ? "" : $", the simplest within {StrategyTrial.Margin:P0} of the quickest")}"
            + $"{(Remembered ? ", measured at an earlier start" : "")})").ToString();
    }

    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, StrategyChoiceJson.Default.StrategyChoice);

    /// <summary>A choice that was kept; null where there is none that can be read, or it is too old.</summary>
    internal static StrategyChoice? From(byte[]? kept, DateTimeOffset now)
    {
        if (kept is null)
            return null;
        try
        {
            return JsonSerializer.Deserialize(kept, StrategyChoiceJson.Default.StrategyChoice) is { Times: { } times } choice
                && times.All(timing => timing is not null)
                && times.Any(timing => timing.Strategy == choice.Strategy)
                && choice.Measured <= now
                && now - choice.Measured <= LongestKept
                ? choice with { Remembered = true, Notices = [] }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static string Name(ExplainStrategy strategy) => strategy.ToString().ToLowerInvariant();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StrategyChoice))]
sealed partial class StrategyChoiceJson : JsonSerializerContext;

/// <summary>What a pass with its maps takes by one strategy.</summary>
/// <param name="Strategy">The strategy.</param>
/// <param name="Milliseconds">The median.</param>
/// <param name="Passes">Of how many.</param>
public sealed record StrategyTiming([property: JsonPropertyName("by")] ExplainStrategy Strategy, double Milliseconds, int Passes);
