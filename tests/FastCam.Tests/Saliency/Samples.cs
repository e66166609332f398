namespace FastCam.Tests.Saliency;

/// <summary>Reproducible inputs.</summary>
static class Samples
{
    /// <summary>What a layer after its ReLU looks like: half zeros, the rest 0..scale.</summary>
    public static float[] Activations(int count, float scale = 3, int seed = 1)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = random.Next(2) == 0 ? 0 : random.NextSingle() * scale;
        return values;
    }

    /// <summary>Values 0..1.</summary>
    public static float[] Map(int count, int seed = 1)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = random.NextSingle();
        return values;
    }
}
