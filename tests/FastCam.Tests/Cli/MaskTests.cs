using FastCam.Edge;
using FastCam.Video;

namespace FastCam.Tests.Cli;

public sealed class MaskTests : IDisposable
{
    readonly Tests.TemporaryFolder _folder = new();

    static string Chelsea => Repository.File("media", "photos", "chelsea.png");

    public void Dispose() => _folder.Dispose();

    RgbImage Masked(string name, params string[] arguments)
    {
        var path = _folder.File(name);
        Cli.Run(["mask", Chelsea, "-o", path, .. arguments]).Succeeded();
        return RgbImage.Load(path);
    }

    static bool[] Changed(RgbImage photo, RgbImage masked) =>
        [.. Enumerable.Range(0, photo.Width * photo.Height).Select(pixel => !photo.Pixels.AsSpan(3 * pixel, 3).SequenceEqual(masked.Pixels.AsSpan(3 * pixel, 3)))];

    [Fact]
    public void Keeping_and_removing_are_complements_at_the_photo_s_own_resolution()
    {
        var photo = RgbImage.Load(Chelsea);
        var kept = Masked("kept.png", "--keep", "30%", "--fill", "zero");
        var removed = Masked("removed.png", "--remove", "0.3", "--fill", "zero");

        Assert.Equal((451, 300), (kept.Width, kept.Height));
        var (changedOne, changedOther) = (Changed(photo, kept), Changed(photo, removed));
        // The photo has no black pixel, so every masked one has changed: 70 % of the centre square, and 30 %.
        Assert.Equal((63_000, 27_000), (changedOne.Count(changed => changed), changedOther.Count(changed => changed)));
        for (var pixel = 0; pixel < changedOne.Length; pixel++)
        {
            var shown = pixel % 451 is >= 75 and < 375;
            Assert.Equal(shown, changedOne[pixel] != changedOther[pixel]);
        }
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("blur")]
    [InlineData("road")]
    public void Every_fill_leaves_what_stays(string fill)
    {
        var photo = RgbImage.Load(Chelsea);
        var black = Changed(photo, Masked("black.png", "--remove", "20%", "--fill", "zero"));
        var filled = Masked("filled.png", "--remove", "20%", "--fill", fill);
        var changed = Changed(photo, filled);

        Assert.All(Enumerable.Range(0, changed.Length), pixel => Assert.True(black[pixel] || !changed[pixel]));
        Assert.True(changed.Count(one => one) > 17_000);
        // Nothing black is left: each fill is of the photo's own colours.
        Assert.All(Enumerable.Range(0, changed.Length).Where(pixel => changed[pixel]), pixel => Assert.True(filled.Pixels[3 * pixel] > 20));
    }

    [Fact]
    public void Without_the_face_there_is_no_cat()
    {
        var path = _folder.File("faceless.png");
        var mask = Cli.Run("mask", Chelsea, "--remove", "30%", "--fill", "blur", "--map", "fast-cam-prior", "--class", "Egyptian", "-o", path, "--json").Succeeded().Json(0);
        Cli.Run("explain", Chelsea, path, "-o", _folder.File("out")).Succeeded();

        double Cat(string name) => System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.File("out"), name))).RootElement.GetProperty("predictions").EnumerateArray()
            .Where(prediction => prediction.GetProperty("label").GetString() == "Egyptian cat").Sum(prediction => prediction.GetProperty("probability").GetDouble());
        Assert.Equal(("Egyptian cat", 63_000, 27_000), (mask.GetProperty("label").GetString(), mask.GetProperty("kept").GetInt32(), mask.GetProperty("removed").GetInt32()));
        Assert.True(Cat("faceless.json") < 0.5 * Cat("chelsea.json"), $"{Cat("chelsea.json"):F2} before, {Cat("faceless.json"):F2} after");
    }

    [Fact]
    public void Without_a_name_it_goes_to_the_current_folder()
    {
        using var process = Cli.StartIn(_folder.Path, ["mask", Chelsea, "--keep", "2.5%"]);
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("2250 pixels stay, 87750 become the mean colour", said);
        Assert.True(File.Exists(_folder.File("chelsea.keep2.5.png")));
    }

    [Fact]
    public void Errors_are_sentences()
    {
        void Fails(ExitCode code, string part, params string[] arguments)
        {
            var result = Cli.Run(["mask", .. arguments]);
            Assert.Equal((int)code, result.ExitCode);
            Assert.Contains(part, result.Error);
            Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        var there = _folder.Write("there.png", [1]);
        Fails(ExitCode.BadOption, "either --keep or --remove", Chelsea);
        Fails(ExitCode.BadOption, "either --keep or --remove", Chelsea, "--keep", "1%", "--remove", "1%");
        Fails(ExitCode.BadOption, "not 150%", Chelsea, "--keep", "150%");
        Fails(ExitCode.BadOption, "no map layer9", Chelsea, "--keep", "10%", "--map", "layer9", "-o", _folder.File("a.png"));
        Fails(ExitCode.BadOption, "--class", Chelsea, "--keep", "10%", "--class", "tabby", "-o", _folder.File("a.png"));
        Fails(ExitCode.BadOption, "unicorn", Chelsea, "--keep", "10%", "--map", "grad-cam", "--class", "unicorn", "-o", _folder.File("a.png"));
        Fails(ExitCode.OutputExists, "there.png", Chelsea, "--keep", "10%", "-o", there);
        Fails(ExitCode.SourceNotFound, "nowhere.jpg", "nowhere.jpg", "--keep", "10%", "-o", _folder.File("a.png"));
        Fails(ExitCode.OutputUnwritable, "nowhere", Chelsea, "--keep", "10%", "-o", _folder.File("nowhere/a.png"));
    }
}
