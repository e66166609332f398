using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Maps;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Resampling;

namespace FastCam.Lab.Evaluation;

/// <summary>Draws every kind of map of one image from one forward pass, at the input's size. One thread at a time.</summary>
sealed class ImageMaps : IDisposable
{
    /// <summary>The centred Gaussian's standard deviation for an input of 224 pixels.</summary>
    const double CentredAt224 = 60.0 / 224;

    readonly ExplainedNetwork _network;
    readonly ExplainedPass _pass;
    readonly MapPipeline _pipeline;
    readonly FrameExplanation _explanation;

    /// <param name="network">The network, opened by taps for <see cref="MapKind.OptionsFor"/>; kept open until this is disposed.</param>
    public ImageMaps(ExplainedNetwork network)
    {
        _network = network;
        _pipeline = new MapPipeline(network.Model, network.Options, network.Network.Threads);
        _explanation = network.CreateExplanation(keepsStatistics: false);
        _pass = network.CreatePass();
    }

    /// <summary>The scores of the last image.</summary>
    public ReadOnlySpan<float> Scores => _pass.Slot.Scores;

    InputSpec Input => _network.Model.Input;

    MapSize Size => Input.Size;

    /// <summary>Looks at an image, by one forward pass.</summary>
    /// <param name="planes">The red, green and blue planes at the input's size, 0..255.</param>
    public void Look(ReadOnlySpan<float> planes)
    {
        StillToTensor.Normalise(Input, planes, _pass.Slot.Input);
        _pipeline.Run(_pass, _explanation);
        _pipeline.Finish();
    }

    /// <summary>Draws one kind of map of the image that was last looked at.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="class">The class that class maps show.</param>
    /// <param name="seed">The seed of the random map.</param>
    /// <param name="map">Filled with the map, at the input's size.</param>
    public void Draw(MapKind kind, int @class, int seed, Span<float> map)
    {
        switch (kind)
        {
            case CombinedKind combined:
                Combine(combined.Weights, map);
                break;
            case ClassKind activation:
                Activate(activation.Name, @class, map);
                break;
            case FastCamKind fast:
                var combination = new float[map.Length];
                Combine(fast.Weights, combination);
                Activate(ClassMapMethod.Names[0], @class, map);
                ClassCombination.FastCam(combination, map, map);
                break;
            case RandomKind:
                var random = new Random(seed);
                foreach (ref var value in map)
                    value = random.NextSingle();
                break;
            case CentredKind:
                Centre(map);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pass.Dispose();
        _pipeline.Dispose();
    }

    void Combine(float[] weights, Span<float> map) =>
        new ScaleCombination([.. _network.Model.ScaleEnds.Select(end => new MapSize(end.Width, end.Height))], Size, weights)
            .Combine(_explanation.Normalised, map);

    void Activate(string method, int @class, Span<float> map)
    {
        var head = _network.Model.ClassHead;
        var activation = head.Activation;
        new ClassMap(ClassMapMethod.Create(method)!, activation.Channels, new MapSize(activation.Width, activation.Height), Size)
            .Compute(_pass.Slot.Export(_pass.Network.ExportOf(activation)), head.GradientOf(@class), map);
    }

    void Centre(Span<float> map)
    {
        var sigma = CentredAt224 * Math.Min(Size.Width, Size.Height);
        for (var i = 0; i < map.Length; i++)
        {
            var (x, y) = (i % Size.Width + 0.5 - Size.Width / 2.0, i / Size.Width + 0.5 - Size.Height / 2.0);
            map[i] = (float)Math.Exp(-(x * x + y * y) / (2 * sigma * sigma));
        }
    }
}
