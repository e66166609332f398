using FastCam.Lab.Generation;
using FastCam.Onnx;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Statistics;

namespace FastCam.Tests.Onnx;

public sealed unsafe class ExplainerTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static string Lite0 => Repository.File("models", "efficientnet-lite0.onnx");

    public static TheoryData<string> Statistics => [.. Statistic.Names];

    public static TheoryData<string> OwnNormalisations => [.. Normalisation.Names.Where(name => name != "gauss-fixed")];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Statistics))]
    public void Every_statistic_gives_maps_within_range_and_allocates_nothing(string statistic)
    {
        var explanation = Explain(Model.Load(Lite0), new ExplanationOptions { Statistic = Statistic.Create(statistic)! }, steady: true);

        Assert.All(explanation.Statistics, layer => Assert.All(layer, value => Assert.True(float.IsFinite(value))));
        Assert.All(explanation.Combined, value => Assert.InRange(value, 0f, 1f));
        Assert.True(explanation.Combined.Max() - explanation.Combined.Min() > 0.2f);
    }

    [Theory]
    [MemberData(nameof(OwnNormalisations))]
    public void Every_normalisation_gives_maps_within_range_and_allocates_nothing(string normalisation)
    {
        var options = new ExplanationOptions
        {
            Normalisation = NormalisationMethod.Parse(normalisation),
            Fade = 1,
            Smoothing = TimeSpan.FromSeconds(1),
            ClassMap = ClassMapMethod.Create("grad-cam++"),
        };

        var explanation = Explain(Model.Load(Lite0), options, steady: true);

        Assert.All(explanation.Normalised, layer => Assert.All(layer, value => Assert.InRange(value, 0f, 1f)));
        Assert.All(explanation.ClassMap!, value => Assert.InRange(value, 0f, 1f));
    }

    [Fact]
    public void The_manifest_antialiases_and_the_options_have_the_last_word()
    {
        var manifest = Manifest.Read(Path.ChangeExtension(Lite0, ".json"));
        var path = _folder.File("antialiasing.json");
        File.WriteAllText(path, (manifest with { Labels = null, Input = manifest.Input with { Antialias = true } }).ToJson());
        var (plain, antialiasing) = (Model.Load(Lite0), Model.Load(Lite0, path));

        var reduced = Explain(plain, new ExplanationOptions { Antialias = true }).Statistics[0];

        Assert.Equal(reduced, Explain(antialiasing, new ExplanationOptions()).Statistics[0]);
        Assert.NotEqual(reduced, Explain(plain, new ExplanationOptions()).Statistics[0]);
        Assert.Equal(Explain(plain, new ExplanationOptions()).Statistics[0], Explain(antialiasing, new ExplanationOptions { Antialias = false }).Statistics[0]);
    }

    [Fact]
    public void The_truncated_normals_take_the_tensor_before_the_activation()
    {
        var model = Model.Load(Lite0);
        var options = new ExplanationOptions { Statistic = Statistic.Create("truncnormal-mean")! };
        using var network = CpuNetwork.Open(model, explanation: options);

        Assert.Equal(model.ScaleEnds.Select(tap => tap.Before!.Single().Name), network.Exports.Select(tensor => tensor.Name));
        Assert.DoesNotContain(network.Exports, tensor => model.ScaleEnds.Any(tap => tap.Name == tensor.Name));
    }

    [Fact]
    public void Of_a_concatenation_they_take_all_branches_side_by_side()
    {
        var path = _folder.File("squeezenet.onnx");
        Cli.Cli.RunInside("generate", "squeezenet1.1", "-o", path).Succeeded();
        var model = Model.Load(path);
        var joined = model.ScaleEnds.First(tap => tap.Before!.Count > 1);
        Assert.Equal(joined.Channels, joined.Before!.Sum(before => before.Channels));

        var layer = model.ScaleEnds.ToList().IndexOf(joined);
        var statistic = Statistic.Create("truncnormal-mean")!;
        var options = new ExplanationOptions { Statistic = Statistic.Create(statistic.Name)! };
        using var network = CpuNetwork.Open(model, explanation: options);
        using var slot = network.CreateSlot();
        var random = new Random(4);
        foreach (ref var value in slot.Input)
            value = (float)(random.NextDouble() * 2 - 1);
        network.Run(slot);
        var map = new float[joined.Pixels];
        new TapStatistics(network, statistic).Read(slot, layer, map);

        var branches = joined.Before!.SelectMany(before => slot.Export(network.ExportOf(before)).ToArray()).ToArray();
        var expected = new float[joined.Pixels];
        statistic.Compute(branches, joined.Channels, expected);
        Assert.Equal(expected, map);
    }

    [Fact]
    public void A_quantised_network_has_no_such_tensor_and_says_so()
    {
        var model = Model.Load(Repository.File("models", "efficientnet-lite0-int8.onnx"));

        var options = new ExplanationOptions { Statistic = Statistic.Create("truncnormal-std")! };

        var error = Assert.Throws<ModelException>(() => CpuNetwork.Open(model, explanation: options));

        Assert.Contains("before the activation", error.Message);
    }

    [Fact]
    public void The_fixed_normalisation_wants_its_constants()
    {
        var options = new ExplanationOptions { Normalisation = NormalisationMethod.Parse("gauss-fixed") };

        var error = Assert.Throws<ModelException>(() => Explain(Model.Load(Lite0), options));

        Assert.Contains("fastcam calibrate", error.Message);
    }

    [Fact]
    public void The_fixed_normalisation_is_that_of_the_manifests_constants()
    {
        File.Copy(Lite0, _folder.File("lite0.onnx"));
        var plain = Model.Load(_folder.File("lite0.onnx"));
        var manifest = plain.Manifest with
        {
            Calibration = new Calibration
            {
                Statistic = "smoe",
                Layers = [.. plain.ScaleEnds.Select((tap, layer) => new CalibratedLayer(tap.Name, 0.1 * layer, 0.5 + layer))]
            },
        };
        File.WriteAllText(_folder.File("lite0.json"), manifest.ToJson());

        var explanation = Explain(Model.Load(_folder.File("lite0.onnx")), new ExplanationOptions { Normalisation = NormalisationMethod.Parse("gauss-fixed") });

        for (var layer = 0; layer < 5; layer++)
        {
            var expected = new float[explanation.Statistics[layer].Length];
            GaussNormalisation.Apply(explanation.Statistics[layer], expected, new GaussMoments(0.1 * layer, 0.5 + layer));
            Assert.Equal(expected, explanation.Normalised[layer]);
        }
    }

    [Fact]
    public void The_class_map_is_of_the_most_probable_class_or_of_the_one_named()
    {
        var options = new ExplanationOptions { ClassMap = ClassMapMethod.Create("grad-cam") };

        var found = Explain(Model.Load(Lite0), options);
        var named = Explain(Model.Load(Lite0), options with { Class = 7 });
        var same = Explain(Model.Load(Lite0), options with { Class = found.Predictions.Best!.Value.Class });

        Assert.Equal(found.Predictions.Classes[0].Class, found.MappedClass);
        Assert.Equal(7, named.MappedClass);
        Assert.NotEqual(found.ClassMap, named.ClassMap);
        Assert.Equal(found.ClassMap, same.ClassMap);
        Assert.Equal((0f, 1f), (found.ClassMap!.Min(), found.ClassMap!.Max()));
    }

    [Fact]
    public void Without_a_linear_end_there_is_no_class_map_and_a_sentence_says_so()
    {
        var path = _folder.Write("alexnet.onnx", GeneratedNetworks.Write("alexnet", new GeneratorOptions()).File);

        var options = new ExplanationOptions { ClassMap = ClassMapMethod.Create("grad-cam") };

        var error = Assert.Throws<ModelException>(() => CpuNetwork.Open(Model.Load(path), explanation: options));

        Assert.Contains("class map", error.Message);
        Assert.Equal(error.Message, Model.Load(path).NoClassHead);
    }

    static FrameExplanation Explain(Model model, ExplanationOptions options, bool steady = false)
    {
        using var network = CpuNetwork.Explain(model, explanation: options);
        using var explainer = network.CreateExplainer();
        var explanation = network.CreateExplanation();
        var pixels = new byte[640 * 360 * 3 / 2];
        new Random(2).NextBytes(pixels);
        fixed (byte* data = pixels)
        {
            var frame = I420.Packed(data, 640, 360);
            explainer.Explain(frame, FitRule.Crop, explanation);
            if (steady)
                AllocatesNothing(explainer, frame, explanation);
        }
        return explanation;
    }

    static void AllocatesNothing(Explainer explainer, I420 frame, FrameExplanation explanation)
    {
        void Next()
        {
            explanation.PresentationTime += TimeSpan.FromMilliseconds(40);
            explainer.Explain(frame, FitRule.Crop, explanation);
        }

        Next();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 5; i++)
            Next();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
