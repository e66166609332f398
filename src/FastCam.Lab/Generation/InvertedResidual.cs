namespace FastCam.Lab.Generation;

/// <summary>
/// The unit of the MobileNets and EfficientNets (Sandler et al. 2018): expand by 1×1, filter depthwise, project by 1×1 without an
/// activation.
/// </summary>
/// <param name="Kernel">Rows and columns of the depthwise convolution.</param>
/// <param name="Expanded">Channels inside; as many as come in leaves the expansion out.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="Stride">The depthwise convolution's step.</param>
/// <param name="Activation">Inside.</param>
readonly record struct InvertedResidual(int Kernel, int Expanded, int Channels, int Stride, NonLinearity Activation)
{
    const double BranchScale = 0.5;

    /// <summary>Channels of the squeeze-and-excite between filter and projection; 0 for none.</summary>
    public int Squeezed { get; init; }

    /// <summary>The activation between its two layers.</summary>
    public NonLinearity SqueezedActivation { get; init; }

    /// <summary>What bounds its result to 0..1.</summary>
    public NonLinearity Gate { get; init; }

    /// <summary>Adds the unit; with a stride it ends its input's scale at the last activation before the strided filter.</summary>
    public FeatureMap AddTo(NetworkBuilder net, FeatureMap input)
    {
        var x = Expanded == input.Channels ? input : net.Conv(input, Expanded, 1, Activation);
        if (Stride > 1) net.EndScale(x);
        x = net.Conv(x, Expanded, Kernel, Activation, Stride, groups: Expanded);
        if (Squeezed > 0) x = net.Multiply(x, Excitation(net, x));
        var residual = Stride == 1 && Channels == input.Channels;
        x = net.Conv(x, Channels, 1, NonLinearity.None, scale: residual ? BranchScale : 1);
        return residual ? net.Add(x, input) : x;
    }

    FeatureMap Excitation(NetworkBuilder net, FeatureMap x)
    {
        var squeezed = net.Conv(net.GlobalAveragePool(x), Squeezed, 1, SqueezedActivation, affine: Affine.Bias);
        return net.Conv(squeezed, x.Channels, 1, Gate, affine: Affine.Bias);
    }
}
