using System.Text.Json.Serialization;

namespace FastCam.Cli;

/// <summary>What ended a command, for machines: the last object of its output.</summary>
/// <param name="Event">Always <c>error</c>.</param>
/// <param name="Code">The exit code.</param>
/// <param name="Message">The sentence that people get.</param>
sealed record ErrorEvent(string Event, int Code, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ErrorEvent))]
sealed partial class ErrorJson : JsonSerializerContext;
