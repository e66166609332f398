namespace FastCam.Lab.Generation;

/// <summary>How classifiers end.</summary>
static class Heads
{
    public const string Logits = "logits";
    public const int Classes = 1000;

    public static void Classify(this NetworkBuilder net, FeatureMap x) => net.Score(net.GlobalAveragePool(x));

    public static void Score(this NetworkBuilder net, FeatureMap x)
    {
        net.Linear(x, Classes, NonLinearity.None, Logits);
        net.Output(Logits);
    }

    /// <summary>Two wide layers before the scores: VGG and AlexNet.</summary>
    public static void ClassifyFullyConnected(this NetworkBuilder net, FeatureMap x)
    {
        for (var layer = 0; layer < 2; layer++) x = net.Linear(x, net.ClassifierWidth, NonLinearity.Relu);
        net.Score(x);
    }
}
