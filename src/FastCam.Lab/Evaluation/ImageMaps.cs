using FastCam.Onnx.ClassMaps;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Runtime;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Resampling;

namespace FastCam.Lab.Evaluation;

/// <summary>Draws every kind of map of one image from one forward pass, at the input's size. One thread at a time.</summary>
sealed class ImageMaps : IDisposable
{
    /// <summary>The centred Gaussian's standard deviation for an input of 224 pixels.</summary>
    const double CentredAt224 = 60.0 / 224;

    readonly Network _network;
    readonly IClassGradients? _gradients;
    readonly NetworkSlot _slot;
    readonly LayerStatistics _statistics;
    readonly MapSize[] _layers;
    readonly float[][] _normalised;

    public ImageMaps(Network network, ExplanationOptions options, IClassGradients? gradients)
    {
        _network = network;
        _gradients = gradients;
        _slot = network.CreateSlot();
        _statistics = new TapStatistics(network, options.CreateStatistic());
        _layers = [.. network.Model.ScaleEnds.Select(end => new MapSize(end.Width, end.Height))];
        _normalised = [.. _layers.Select(layer => new float[layer.Pixels])];
    }

    /// <summary>The scores of the last image.</summary>
    public ReadOnlySpan<float> Scores => _slot.Scores;

    InputSpec Input => _network.Model.Input;

    MapSize Size => Input.Size;

    /// <summary>Looks at an image, by one forward pass.</summary>
    /// <param name="planes">The red, green and blue planes at the input's size, 0..255.</param>
    public void Look(ReadOnlySpan<float> planes)
    {
        StillToTensor.Normalise(Input, planes, _slot.Input);
        _network.Run(_slot);
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            _statistics.Read(_slot, layer, _normalised[layer]);
            GaussNormalisation.Apply(_normalised[layer], _normalised[layer]);
        }
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
    public void Dispose() => _slot.Dispose();

    void Combine(float[] weights, Span<float> map) => new ScaleCombination(_layers, Size, weights).Combine(_normalised, map);

    void Activate(string method, int @class, Span<float> map)
    {
        var activation = _gradients!.Activation;
        new ClassMap(ClassMapMethod.Create(method)!, activation.Channels, new MapSize(activation.Width, activation.Height), Size)
            .Compute(_slot.Export(_network.ExportOf(activation)), _gradients.Of(_slot, @class), map);
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
