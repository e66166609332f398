using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Onnx.Input;
using FastCam.Onnx.Runtime;
using FastCam.Saliency.Statistics;

namespace FastCam.Onnx.Models;

/// <summary>What a network computes.</summary>
[JsonConverter(typeof(LowerCaseEnum<ModelTask>))]
public enum ModelTask
{
    /// <summary>A score for each class.</summary>
    Classification,
    /// <summary>A vector; there are no classes to show, but the map is the same.</summary>
    Embedding,
}

/// <summary>
/// Says of a model file what the file does not say of itself. It lies beside the model, as <c>MODEL.json</c>, and follows
/// <c>manifest.schema.json</c>. A model without one is taken by the assumptions that the program states.
/// </summary>
public sealed record Manifest
{
    static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    /// <summary>The JSON schema's address; ignored.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>The model's file name, beside the manifest.</summary>
    public required string File { get; init; }

    /// <summary>The model file's SHA-256 in hexadecimal; checked on loading when given.</summary>
    public string? Sha256 { get; init; }

    /// <summary>What the network computes.</summary>
    public ModelTask Task { get; init; }

    /// <summary>How a frame becomes the input.</summary>
    public InputManifest Input { get; init; } = new();

    /// <summary>The labels' file, a name a line in class order, beside the manifest.</summary>
    public string? Labels { get; init; }

    /// <summary>The tensors to tap, finest first; when absent they are found.</summary>
    public IReadOnlyList<string>? Taps { get; init; }

    /// <summary>The layers' moments for the fixed normalisation, as <c>fastcam calibrate</c> measures them.</summary>
    public Calibration? Calibration { get; init; }

    /// <summary>The model's licence (SPDX).</summary>
    public string? Licence { get; init; }

    /// <summary>Where the model comes from.</summary>
    public string? Source { get; init; }

    /// <summary>
    /// RGB, ImageNet's mean and standard deviation, centre crop, taps found by themselves; for Ultralytics' networks 0..1 and the
    /// whole frame.
    /// </summary>
    internal static Manifest ForUnknownModel(string modelPath, ExporterMetadata metadata) => new()
    {
        File = Path.GetFileName(modelPath),
        Input = metadata.IsUltralytics
            ? new InputManifest { Std = [255, 255, 255], Width = metadata.Width, Height = metadata.Height, Fit = FitRule.Stretch }
            : new InputManifest { Mean = [123.675f, 116.28f, 103.53f], Std = [58.395f, 57.12f, 57.375f], Width = metadata.Width, Height = metadata.Height },
    };

    void Check()
    {
        if (Input is null)
            throw new JsonException("input is null");
        Input.Check();
        if (Taps is not null && (Taps.Count == 0 || Taps.Any(string.IsNullOrEmpty)))
            throw new JsonException("taps names no tensor, or an empty one; leave it out to have them found");
        Calibration?.Check();
        foreach (var name in new[] { File, Labels })
        {
            if (name is not null && (name.Length == 0 || name != Path.GetFileName(name)))
                throw new JsonException($"{name} is not the name of a file beside the manifest");
        }
    }

    /// <summary>The manifest as JSON, which <see cref="Read"/> reads.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Strict);

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="ModelException">It is missing, no JSON, or does not follow the schema.</exception>
    public static Manifest Read(string path)
    {
        try
        {
            using var stream = System.IO.File.OpenRead(path);
            var manifest = JsonSerializer.Deserialize<Manifest>(stream, Strict);
            if (manifest is null)
                throw new JsonException("it is empty");
            manifest.Check();
            return manifest;
        }
        catch (JsonException e)
        {
            throw new ModelException(
                ModelFault.BadManifest, $"The manifest {path} does not follow manifest.schema.json: {OnnxRuntimeErrors.Shorten(e.Message)}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(ModelFault.BadManifest, $"The manifest {path} cannot be read ({e.Message}).", e);
        }
    }
}

/// <summary>How a frame becomes the input tensor: x = (value − mean) / std, value in 0..255.</summary>
public sealed record InputManifest
{
    /// <summary>The input tensor's name; when absent, the model's only input.</summary>
    public string? Name { get; init; }

    /// <summary>The axes' order, where the model's shape leaves it open; NCHW otherwise.</summary>
    public InputLayout? Layout { get; init; }

    /// <summary>The order of the colour planes.</summary>
    public ColourOrder Colours { get; init; }

    /// <summary>Columns, where the model leaves them open.</summary>
    public int? Width { get; init; }

    /// <summary>Rows, where the model leaves them open.</summary>
    public int? Height { get; init; }

    /// <summary>Subtracted from each colour, in the model's order, 0..255.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [0, 0, 0];

    /// <summary>Divides each colour after that.</summary>
    public IReadOnlyList<float> Std { get; init; } = [1, 1, 1];

    /// <summary>How a frame of another shape is fitted.</summary>
    public FitRule Fit { get; init; }

    /// <summary>For <see cref="FitRule.Crop"/>: the centre square's side as a fraction of the frame's shorter side, 0 to 1.</summary>
    public double CropFraction { get; init; } = 1;

    /// <summary>Whether a reduction averages all the pixels that an input pixel covers, rather than its four nearest.</summary>
    public bool Antialias { get; init; }

    internal void Check()
    {
        const int Longest = 8192;
        if (Mean is not { Count: 3 } || Std is not { Count: 3 })
            throw new JsonException("mean and std take three numbers each");
        if (Std.Any(std => std == 0 || !float.IsFinite(std)) || Mean.Any(mean => !float.IsFinite(mean)))
            throw new JsonException("mean and std must be finite, and std not 0");
        if (CropFraction is not (> 0 and <= 1))
            throw new JsonException("cropFraction lies above 0 and up to 1");
        if (Width is <= 0 or > Longest || Height is <= 0 or > Longest)
            throw new JsonException($"width and height lie between 1 and {Longest}");
    }
}

/// <summary>
/// Constants for the fixed normalisation: each layer's mean and standard deviation, measured beforehand on a source like the one to be
/// watched.
/// </summary>
public sealed record Calibration
{
    /// <summary>The statistic that they are the moments of.</summary>
    public required string Statistic { get; init; }

    /// <summary>The epsilon that it was computed with.</summary>
    public float Epsilon { get; init; } = SmoeScale.DefaultEpsilon;

    /// <summary>Whether its standard deviation was the biased one.</summary>
    public bool Biased { get; init; }

    /// <summary>The layers, finest first.</summary>
    public required IReadOnlyList<CalibratedLayer> Layers { get; init; }

    /// <summary>The statistic; null where this version knows none of that name, or not with that epsilon.</summary>
    internal Saliency.Statistics.Statistic? CreateStatistic()
    {
        try
        {
            return Saliency.Statistics.Statistic.Create(Statistic, Epsilon, Biased);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    internal void Check()
    {
        if (Statistic is null)
            throw new JsonException("calibration names no statistic");
        if (Layers is not { Count: > 0 })
            throw new JsonException("calibration names no layers");
        if (Layers.Any(layer => layer?.Tensor is null || !double.IsFinite(layer.Mean) || layer.Sigma is not (> 0 and <= double.MaxValue)))
            throw new JsonException("each layer of calibration has a tensor, a finite mean and a sigma above 0");
    }
}

/// <summary>One layer's constants.</summary>
/// <param name="Tensor">The scale end.</param>
/// <param name="Mean">The mean of its statistic, in the statistic's unit.</param>
/// <param name="Sigma">Its standard deviation, above 0.</param>
public sealed record CalibratedLayer(string Tensor, double Mean, double Sigma);
