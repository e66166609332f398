using System.Text.Json;
using FastCam.Cli;

namespace FastCam.Tests.Cli;

public sealed class EvaluateTests : IDisposable
{
    static readonly string Report = Repository.File("artifacts", "tests", "evaluate.txt");

    /// <summary>Whether all maps are held against the reference (<c>make long evaluate</c>), or those alone whose figures say most.</summary>
    static readonly bool IsLong = Environment.GetEnvironmentVariable("FASTCAM_MEASURE_MAPS") is not null;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// The reference has the centre square, antialiased resizing, blur fill, and the 83 of 100 photos that the network has right. Another decoder and
    /// another resizer move single photos over a threshold, hence the tolerances.
    /// </summary>
    [Fact]
    public void The_labelled_photos_give_the_reference_s_figures()
    {
        var photos = Shared.Path("media", "labelled");
        var expected = new Dictionary<string, (double Probability, double Accuracy)>
        {
            ["fast-cam-equal"] = (0.256, 0.334),
            ["fast-cam-prior"] = (0.251, 0.303),
            ["grad-cam"] = (0.236, 0.282),
            ["combined-prior"] = (0.226, 0.272),
            ["combined-rule"] = (0.223, 0.275),
            ["layer5"] = (0.181, 0.219),
            ["combined-equal"] = (0.170, 0.213),
            ["layer4"] = (0.081, 0.083),
            ["layer3"] = (0.038, 0.017),
            ["layer2"] = (0.040, 0.038),
            ["layer1"] = (-0.052, -0.062),
            ["gaussian"] = (0.061, 0.064),
            ["random"] = (-0.172, -0.236),
        };

        if (!IsLong)
            expected = expected.Where(map => map.Key is "fast-cam-equal" or "grad-cam" or "combined-prior" or "random").ToDictionary();

        var report = Cli.RunInside("evaluate", photos, "--provider", "cpu", "--json", "--maps", string.Join(',', expected.Keys))
            .Succeeded().Json(0);

        Assert.Equal((100, 83), (report.GetProperty("photos").GetInt32(), report.GetProperty("right").GetInt32()));
        var scores = Scores(report);
        Assert.Equal(expected.Keys, scores.Keys);
        if (IsLong)
            File.WriteAllLines(Report, expected.Select(map => $"{map.Key}: {scores[map.Key].GetRawText()}; the reference: {map.Value}"));
        foreach (var (map, (probability, accuracy)) in expected)
        {
            Assert.Equal(probability, scores[map].GetProperty("probability").GetDouble(), 0.02);
            Assert.Equal(accuracy, scores[map].GetProperty("accuracy").GetDouble(), 0.04);
        }
        var ranked = scores.OrderByDescending(score => score.Value.GetProperty("probability").GetDouble()).Select(score => score.Key);
        Assert.Equal(expected.Keys.Take(IsLong ? 4 : 3), ranked.Take(IsLong ? 4 : 3));
    }

    string Bundled()
    {
        foreach (var photo in new[] { "chelsea.png", "coffee.png", "rocket.jpg" })
            File.Copy(Repository.File("media", "photos", photo), _folder.File(photo));
        return _folder.Path;
    }

    [Fact]
    public void The_bundled_photos_are_judged_by_a_labels_file()
    {
        var labels = _folder.Write("classes.txt", "# what they show\nchelsea.png Egyptian cat\ncoffee.png 967\nrocket.jpg missile\n"u8.ToArray());
        var output = _folder.File("out");

        var result = Cli.RunInside("evaluate", Bundled(), "--labels", labels, "-o", output, "--maps", "combined-prior,fast-cam-equal,random").Succeeded();

        Assert.Contains("3 of 3 photos recognised", result.Output);
        var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "evaluation.json"))).RootElement;
        Assert.Equal("1720,760,rgb24", FFmpeg.Probe(Path.Combine(output, "evaluation.png"), "stream=width,height,pix_fmt"));
        var scores = Scores(report);
        foreach (var score in scores.Values)
        {
            foreach (var curve in new[] { "insertion", "deletion", "kept", "removed" })
            {
                Assert.Equal(7, score.GetProperty(curve).GetArrayLength());
                Assert.All(score.GetProperty(curve).EnumerateArray(), value => Assert.InRange(value.GetDouble(), 0, 1));
            }
            Assert.Equal(Mean(score, "insertion") - Mean(score, "deletion"), score.GetProperty("probability").GetDouble(), 1e-9);
            Assert.Equal(Mean(score, "kept") - Mean(score, "removed"), score.GetProperty("accuracy").GetDouble(), 1e-9);
            // With nine tenths of the pixels, the most salient ones first, hardly anything of the photo is missing.
            Assert.True(score.GetProperty("insertion")[6].GetDouble() > score.GetProperty("insertion")[0].GetDouble());
        }
        Assert.True(scores["fast-cam-equal"].GetProperty("probability").GetDouble() > scores["random"].GetProperty("probability").GetDouble() + 0.2);
        Assert.Equal(0, scores["random"].GetProperty("difference").GetDouble());
    }

    [Fact]
    public void Sub_folders_name_classes_and_the_same_comes_out_twice_and_in_batches()
    {
        foreach (var (folder, photo) in new[] { ("Egyptian cat", "chelsea.png"), ("967", "coffee.png") })
        {
            Directory.CreateDirectory(_folder.File(folder));
            File.Copy(Repository.File("media", "photos", photo), Path.Combine(_folder.File(folder), photo));
        }
        JsonElement Once(params string[] more) =>
            Cli.RunInside(["evaluate", _folder.Path, "--maps", "random,layer5", "--fill", "mean", "--json", .. more]).Succeeded().Json(0);

        var (first, second, batched) = (Once(), Once(), Once("--batch", "9"));

        Assert.Equal((2, 2), (first.GetProperty("photos").GetInt32(), first.GetProperty("right").GetInt32()));
        Assert.Equal("mean", first.GetProperty("fill").GetString());
        Assert.Equal(first.GetProperty("maps").GetRawText(), second.GetProperty("maps").GetRawText());
        foreach (var map in Scores(first).Keys)
        {
            foreach (var curve in new[] { "insertion", "deletion" })
                Assert.Equal(Mean(Scores(first)[map], curve), Mean(Scores(batched)[map], curve), 1e-4);
        }
    }

    [Fact]
    public void A_bad_photo_is_named_and_skipped()
    {
        var labels = _folder.Write("classes.txt", "chelsea.png Egyptian cat\ncoffee.png 967\nbad.jpg 3\n"u8.ToArray());
        foreach (var photo in new[] { "chelsea.png", "coffee.png" })
            File.Copy(Repository.File("media", "photos", photo), _folder.File(photo));
        _folder.Write("bad.jpg", [0xFF, 0xD8, 0xFF, 0xE0, 1, 2]);

        var result = Cli.RunInside("evaluate", _folder.Path, "--labels", labels, "--maps", "random", "--json");

        Assert.Equal((int)ExitCode.SourceUnreadable, result.ExitCode);
        Assert.Equal("skipped", result.Json(0).GetProperty("event").GetString());
        Assert.Equal((2, 2), (result.Json(1).GetProperty("photos").GetInt32(), result.Json(1).GetProperty("right").GetInt32()));
        Assert.Contains("1 of 3 images could not be read and was skipped", result.Error);
    }

    [Fact]
    public void Photos_that_are_not_recognised_do_not_count()
    {
        var labels = _folder.Write("classes.txt", "968\nespresso\n"u8.ToArray());
        File.Copy(Repository.File("media", "photos", "chelsea.png"), _folder.File("a.png"));
        File.Copy(Repository.File("media", "photos", "coffee.png"), _folder.File("b.png"));

        var report = Cli.RunInside("evaluate", _folder.Path, "--labels", labels, "--maps", "random", "--json").Succeeded().Json(0);

        Assert.Equal((2, 1), (report.GetProperty("photos").GetInt32(), report.GetProperty("right").GetInt32()));
    }

    [Fact]
    public void Errors_are_sentences()
    {
        void Fails(ExitCode code, string part, params string[] arguments)
        {
            var result = Cli.RunInside(["evaluate", .. arguments]);
            Assert.Equal((int)code, result.ExitCode);
            Assert.Contains(part, result.Error);
            Assert.DoesNotContain(" at ", result.Error);
        }

        var photos = Bundled();
        Fails(ExitCode.SourceNotFound, "nowhere", "nowhere");
        Fails(ExitCode.BadOption, "chelsea.png shows is not known", photos);
        Fails(ExitCode.BadOption, "no map fast", photos, "--maps", "fast");
        var unknown = _folder.Write("one.txt", "coffee.png 967\ntea.png 1\n"u8.ToArray());
        Fails(ExitCode.BadOption, "line 2: there is no photo tea.png", photos, "--labels", unknown);
        Fails(ExitCode.BadOption, "line 1: no class", photos, "--labels", _folder.Write("two.txt", "coffee.png\n"u8.ToArray()));
        var beyond = _folder.Write("three.txt", "coffee.png 1000\n"u8.ToArray());
        Fails(ExitCode.BadOption, "line 1: There is no class 1000", photos, "--labels", beyond);
        Fails(ExitCode.SourceUnreadable, "missing.txt", photos, "--labels", _folder.File("missing.txt"));
        var wrong = _folder.Write("four.txt", "coffee.png 1\n"u8.ToArray());
        Fails(ExitCode.BadOption, "recognises none", photos, "--labels", wrong, "--maps", "random");
        Fails(ExitCode.BadOption, "--limit is a number", photos, "--limit", "0");
        Directory.CreateDirectory(_folder.File("empty"));
        Fails(ExitCode.SourceNotFound, "no photos", _folder.File("empty"));
        _folder.Write("evaluation.json", [1]);
        Fails(ExitCode.OutputExists, "evaluation.json", photos, "-o", photos);
    }

    static double Mean(JsonElement score, string curve) => score.GetProperty(curve).EnumerateArray().Average(value => value.GetDouble());

    static Dictionary<string, JsonElement> Scores(JsonElement report) =>
        report.GetProperty("maps").EnumerateArray().ToDictionary(score => score.GetProperty("map").GetString()!);
}
