namespace FastCam.Lab.Generation;

/// <summary>The activation functions of the networks.</summary>
enum NonLinearity
{
    None,
    Relu,
    Relu6,
    Silu,
    HardSwish,
    Sigmoid,
    HardSigmoid,
}

static class NonLinearities
{
    /// <summary>The function itself, for predicting its output's moments.</summary>
    public static double Apply(this NonLinearity function, double x) => function switch
    {
        NonLinearity.None => x,
        NonLinearity.Relu => Math.Max(x, 0),
        NonLinearity.Relu6 => Math.Clamp(x, 0, 6),
        NonLinearity.Silu => x / (1 + Math.Exp(-x)),
        NonLinearity.HardSwish => x * Math.Clamp(x / 6 + 0.5, 0, 1),
        NonLinearity.Sigmoid => 1 / (1 + Math.Exp(-x)),
        NonLinearity.HardSigmoid => Math.Clamp(x / 6 + 0.5, 0, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };
}
