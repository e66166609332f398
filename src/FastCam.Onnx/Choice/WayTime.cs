using FastCam.Onnx.Operator;

namespace FastCam.Onnx.Choice;

/// <summary>What a pass with its maps takes, explained one way.</summary>
/// <param name="By">The way.</param>
/// <param name="Milliseconds">The median.</param>
/// <param name="Passes">Of how many.</param>
public sealed record WayTime(ExplainBy By, double Milliseconds, int Passes);
