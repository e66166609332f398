using System.Text.Json;
using FastCam.Cli;
using FastCam.Video.Stills;

namespace FastCam.Tests.Cli;

public sealed class MaskTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static string Chelsea => Repository.File("media", "photos", "chelsea.png");

    public void Dispose() => _folder.Dispose();

    StillImage Masked(string name, params string[] arguments)
    {
        var path = _folder.File(name);
        Cli.RunInside(["mask", Chelsea, "-o", path, .. arguments]).Succeeded();
        return StillImage.Load(path);
    }

    static bool[] Changed(StillImage photo, StillImage masked)
    {
        bool IsChanged(int pixel) => !photo.Pixels.AsSpan(3 * pixel, 3).SequenceEqual(masked.Pixels.AsSpan(3 * pixel, 3));
        return [.. Enumerable.Range(0, photo.Width * photo.Height).Select(IsChanged)];
    }

    [Fact]
    public void A_photo_is_never_overwritten_by_its_own_mask_and_a_folder_is_no_photo()
    {
        var photo = _folder.File("cat.png");
        File.Copy(Chelsea, photo);

        var over = Cli.RunInside("mask", photo, "--keep", "10%", "-o", photo, "--force");
        var folder = Cli.RunInside("mask", _folder.Path, "--keep", "10%");

        Assert.Equal(((int)ExitCode.BadOption, (int)ExitCode.SourceNotFound), (over.ExitCode, folder.ExitCode));
        Assert.Contains("its own mask", over.Error);
        Assert.Contains("is a folder", folder.Error);
        Assert.Equal(File.ReadAllBytes(Chelsea), File.ReadAllBytes(photo));
    }

    [Fact]
    public void Keeping_and_removing_are_complements_at_the_photo_s_own_resolution()
    {
        var photo = StillImage.Load(Chelsea);
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
        var photo = StillImage.Load(Chelsea);
        var black = Changed(photo, Masked("black.png", "--remove", "20%", "--fill", "zero"));
        var filled = Masked("filled.png", "--remove", "20%", "--fill", fill);
        var changed = Changed(photo, filled);

        Assert.All(Enumerable.Range(0, changed.Length), pixel => Assert.True(black[pixel] || !changed[pixel]));
        Assert.True(changed.Count(one => one) > 17_000);
        var red = Enumerable.Range(0, changed.Length).Where(pixel => changed[pixel]).Average(pixel => filled.Pixels[3 * pixel]);
        Assert.InRange(red, 100, 200); // The cat's red is not black.
    }

    [Fact]
    public void Without_its_most_salient_third_a_coffee_is_none()
    {
        var coffee = Repository.File("media", "photos", "coffee.png");
        var path = _folder.File("without.png");
        string[] choice = ["--remove", "33%", "--fill", "blur", "--map", "fast-cam-prior", "--class", "espresso"];
        var mask = Cli.RunInside(["mask", coffee, .. choice, "-o", path, "--json"]).Succeeded().Json(0);
        Cli.RunInside("explain", coffee, path, "-o", _folder.File("out")).Succeeded();

        double Espresso(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.File("out"), name))).RootElement
            .GetProperty("predictions").EnumerateArray()
            .Where(prediction => prediction.GetProperty("class").GetInt32() == 967).Sum(prediction => prediction.GetProperty("probability").GetDouble());
        Assert.Equal(
            (967, "espresso", "blur"), (mask.GetProperty("class").GetInt32(), mask.GetProperty("label").GetString(), mask.GetProperty("fill").GetString()));
        Assert.Equal((107_200, 52_800), (mask.GetProperty("kept").GetInt32(), mask.GetProperty("removed").GetInt32()));
        Assert.True(Espresso("without.json") < 0.5 * Espresso("coffee.json"), $"{Espresso("coffee.json"):F2} before, {Espresso("without.json"):F2} after");
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
            var result = Cli.RunInside(["mask", .. arguments]);
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
