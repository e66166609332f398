using System.Runtime.InteropServices;
using FastCam.Lab.Evaluation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Saliency.Resampling;
using FastCam.Tests.Saliency;
using FastCam.Video.Stills;

namespace FastCam.Tests.Onnx;

/// <summary>A still image reaches the network as it is, and its maps are what the formulas say of what the network makes of it.</summary>
public sealed class StillExplanationTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Photos => [.. Directory.GetFiles(Repository.File("media", "photos")).Select(path => Path.GetFileName(path)).Order()];

    static string Lite0 => Repository.File("models", "efficientnet-lite0.onnx");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Photos))]
    public void Explaining_and_evaluating_give_the_same_map_to_the_bit(string photo)
    {
        var path = Repository.File("media", "photos", photo);
        Cli.Cli.RunInside("explain", path, "-o", _folder.Path, "--model", "efficientnet-lite0", "--provider", "cpu").Succeeded();
        var explained = Npy(Path.Combine(_folder.Path, Path.GetFileNameWithoutExtension(photo) + ".map.npy"));
        var model = Model.Load(Lite0);
        using var network = CpuNetwork.Explain(model, threads: 1);
        var image = StillImage.Load(path);
        var planes = new float[model.Input.Length];
        new StillToTensor(model.Input, image.Width, image.Height, model.Input.Fit).Resample(image.Pixels, planes);
        using var maps = new ImageMaps(network);
        maps.Look(planes);
        var evaluated = new float[explained.Length];
        maps.Draw(MapKind.Find(model, MapKind.Default), 0, 0, evaluated);

        Assert.Equal(evaluated, explained);
    }

    [Fact]
    public void An_image_of_the_input_s_size_reaches_the_network_exactly()
    {
        var input = Model.Load(Lite0).Input;
        var image = Square();
        var tensor = new float[input.Length];

        new StillToTensor(input, image.Width, image.Height, FitRule.Stretch).Apply(image.Pixels, tensor);

        for (var i = 0; i < tensor.Length; i++)
        {
            var (colour, pixel) = (i / input.Size.Pixels, i % input.Size.Pixels);
            Assert.Equal(((double)image.Pixels[3 * pixel + colour] - input.Mean[colour]) / input.Std[colour], tensor[i], 1e-6);
        }
    }

    [Fact]
    public void Its_layers_and_its_map_are_what_float64_makes_of_the_activations()
    {
        var image = Square();
        var path = _folder.File("square.png");
        image.SavePng(path);
        Cli.Cli.RunInside("explain", path, "-o", _folder.Path, "--fit", "stretch", "--model", "efficientnet-lite0", "--provider", "cpu").Succeeded();
        var model = Model.Load(Lite0);
        using var network = CpuNetwork.Open(model);
        using var slot = network.CreateSlot();
        new StillToTensor(model.Input, image.Width, image.Height, FitRule.Stretch).Apply(image.Pixels, slot.Input);
        network.Run(slot);

        AssertMaps(model, layer => [.. slot.Export(layer).ToArray().Select(value => (double)value)], tolerance: 1e-5);
        var own = new Float64Network(
            model, [.. Enumerable.Range(0, model.Input.Length)
                .Select(i =>
                    ((double)image.Pixels[3 * (i % model.Input.Size.Pixels) + i / model.Input.Size.Pixels] - model.Input.Mean[0]) / model.Input.Std[0])]);
        AssertMap(model, layer => own[model.ScaleEnds[layer].Name], tolerance: 1e-4);
    }

    /// <summary>Holds what the command wrote against float64: SMOE Scale, Gauss, bilinear and Equation 3 with the prior weights.</summary>
    void AssertMaps(Model model, Func<int, double[]> activations, double tolerance)
    {
        foreach (var (layer, tap) in model.ScaleEnds.Index())
        {
            var statistic = Smoe(activations(layer), tap.Channels);
            var written = Npy(_folder.File($"square.layer{layer + 1}.npy"));
            var mean = statistic.Average();
            for (var i = 0; i < statistic.Length; i++)
            {
                Assert.True(
                    Math.Abs(written[i] - statistic[i]) <= 5e-5 * (statistic[i] + mean), $"layer {layer + 1}, cell {i}: {written[i]}, not {statistic[i]}");
            }
        }

        AssertMap(model, activations, tolerance);
    }

    void AssertMap(Model model, Func<int, double[]> activations, double tolerance)
    {
        double[] weights = [0.18, 0.15, 0.37, 0.4, 0.72];
        var combined = new double[model.Input.Size.Pixels];
        foreach (var (layer, tap) in model.ScaleEnds.Index())
        {
            var size = new MapSize(tap.Width, tap.Height);
            var normalised = Gauss(Smoe(activations(layer), tap.Channels));
            for (var i = 0; i < combined.Length; i++)
            {
                var x = (i % model.Input.Width + 0.5) * size.Width / model.Input.Width - 0.5;
                var y = (i / model.Input.Width + 0.5) * size.Height / model.Input.Height - 0.5;
                combined[i] += weights[layer] / weights.Sum() * Bilinear(normalised, size, x, y);
            }
        }

        var map = Npy(_folder.File("square.map.npy"));
        for (var i = 0; i < combined.Length; i++)
            Assert.Equal(combined[i], map[i], tolerance);
    }

    static double[] Smoe(double[] activations, int channels)
    {
        var pixels = activations.Length / channels;
        return
        [
            .. Enumerable.Range(0, pixels).Select(pixel =>
            {
                var shifted = Enumerable.Range(0, channels).Select(channel => activations[channel * pixels + pixel] + 1e-7).ToArray();
                var mean = shifted.Average();
                return Math.Max(0, mean * (Math.Log2(mean) - shifted.Average(Math.Log2)));
            }),
        ];
    }

    static double[] Gauss(double[] map)
    {
        var mean = map.Average();
        var sigma = Math.Sqrt(map.Sum(value => (value - mean) * (value - mean)) / (map.Length - 1));
        return [.. map.Select(value => Oracle.NormalDistribution((value - mean) / sigma))];
    }

    static double Bilinear(double[] map, MapSize size, double x, double y)
    {
        (x, y) = (Math.Clamp(x, 0, size.Width - 1), Math.Clamp(y, 0, size.Height - 1));
        var (left, upper) = ((int)x, (int)y);
        var (right, lower) = (Math.Min(left + 1, size.Width - 1), Math.Min(upper + 1, size.Height - 1));
        double Row(int row) => map[row * size.Width + left] * (1 - (x - left)) + map[row * size.Width + right] * (x - left);
        return Row(upper) * (1 - (y - upper)) + Row(lower) * (y - upper);
    }

    /// <summary>224 × 224 of the cat, pixel for pixel.</summary>
    static StillImage Square()
    {
        const int Side = 224, Left = 120, Top = 40;
        var photo = StillImage.Load(Repository.File("media", "photos", "chelsea.png"));
        var pixels = new byte[3 * Side * Side];
        for (var row = 0; row < Side; row++)
            photo.Pixels.AsSpan(3 * ((Top + row) * photo.Width + Left), 3 * Side).CopyTo(pixels.AsSpan(3 * row * Side));
        return new StillImage(Side, Side, pixels);
    }

    static float[] Npy(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + BitConverter.ToUInt16(bytes, 8))).ToArray();
    }
}
