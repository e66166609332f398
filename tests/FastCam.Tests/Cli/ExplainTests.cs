using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json;
using FastCam.Cli;
using FastCam.Tests.Tiles;

namespace FastCam.Tests.Cli;

public sealed class ExplainTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static string Photo(string name) => Repository.File("media", "photos", name);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_the_cat_and_the_espresso_and_writes_every_file()
    {
        Cli.RunInside("explain", Photo("chelsea.png"), Photo("coffee.png"), "-o", _folder.Path).Succeeded();

        Assert.Equal("Egyptian cat", Top("chelsea"));
        Assert.Equal("espresso", Top("coffee"));
        Assert.Equal((451, 300, "rgb24"), Png("chelsea.overlay.png"));
        Assert.Equal((224, 224, "gray16be"), Png("chelsea.map.png"));
        var (map, height, width) = Map("chelsea.map.npy");
        Assert.Equal((224, 224), (height, width));
        Assert.All(map, value => Assert.InRange(value, 0f, 1f));
        Assert.True(map.Max() - map.Min() > 0.5f);
        var layers = Enumerable.Range(1, 5).Select(layer => Map($"chelsea.layer{layer}.npy"));
        Assert.Equal([(112, 112), (56, 56), (28, 28), (14, 14), (7, 7)], layers.Select(layer => (layer.Height, layer.Width)));
        var report = Report("chelsea");
        Assert.Equal((75, 0, 300, 300), Rectangle(report));
        Assert.Equal(5, report.GetProperty("taps").GetArrayLength());
        Assert.True(report.GetProperty("milliseconds").GetProperty("forward").GetDouble() > 0);
    }

    [Fact]
    public void A_file_s_name_does_not_steer_the_terminal()
    {
        var steering = _folder.File("a\u001b[31m\u009b1m\u202e.png");
        File.Copy(Photo("coffee.png"), steering);

        var explained = Cli.RunInside("explain", steering, "-o", _folder.File("out")).Succeeded();
        var masked = Cli.RunInside("mask", steering, "--keep", "10%", "-o", _folder.File("m\u001b[32m.png")).Succeeded();

        Assert.Contains("a?[31m?1m?.overlay.png", explained.Output);
        var said = explained.Output + explained.Error + masked.Output + masked.Error;
        Assert.DoesNotContain(said, character => character is '\u001b' or '\u009b' or '\u202e');
    }

    [Theory]
    [InlineData("OutputUnwritable", 300, "explain", "PHOTO", "-o", "DISK", "--force")]
    [InlineData("OutputUnwritable", 60, "mask", "PHOTO", "--keep", "10%", "-o", "DISK/mask.png")]
    [InlineData("SinkFailed", 20, "run", "--source", "PHOTO", "--sink", "images:DISK/frames")]
    public async Task A_disk_that_is_full_leaves_no_half_of_a_file(string expected, int kilobytes, params string[] arguments)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mounts a small disk in a namespace of its own, which only root may");
        string[] command = [.. arguments.Select(argument => argument.Replace("DISK", _folder.Path).Replace("PHOTO", Photo("coffee.png")))];
        const string Script = "disk=$1; mount -t tmpfs -o size=$2k tmpfs \"$disk\" || exit 99; shift 2; "
            + "\"$0\" \"$@\" >&2; code=$?; find \"$disk\" -type f; exit $code";
        string[] shell = ["-m", "bash", "-c", Script, Cli.Program, _folder.Path, $"{kilobytes}", .. command];
        using var process = Process.Start(new ProcessStartInfo("unshare", shell)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var left = await process.StandardOutput.ReadToEndAsync();
        var said = await error;
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == (int)Enum.Parse<ExitCode>(expected), $"{process.ExitCode}: {said}");
        Assert.Contains("cannot be written", said);
        Assert.Empty(left);
    }

    [Fact]
    public void An_image_that_no_memory_is_left_for_is_skipped()
    {
        using (var black = NetVips.Image.Black(9000, 9000, 3))
            black.Pngsave(_folder.File("a.png"));
        File.Copy(Photo("coffee.png"), _folder.File("b.png"));

        var result = Cli.Run(
            ["explain", _folder.File("a.png"), _folder.File("b.png"), "-o", _folder.File("out")], ("DOTNET_GCHeapHardLimit", "0xA000000"));

        Assert.Equal((int)ExitCode.SourceUnreadable, result.ExitCode);
        Assert.Contains("a.png is 9000x9000, for which this process may not take memory enough", result.Error);
        Assert.True(File.Exists(_folder.File("out/b.overlay.png")));
    }

    [Theory]
    [InlineData("china.jpg", 20_000)]
    [InlineData("coffee.png", 100_000)]
    public void An_image_that_is_cut_off_is_not_explained(string name, int length)
    {
        var cut = _folder.Write(name, File.ReadAllBytes(Photo(name))[..length]);

        var result = Cli.RunInside("explain", cut, "-o", _folder.File("out"));

        Assert.Equal(11, result.ExitCode);
        Assert.Contains("cut off or damaged", result.Error);
        Assert.Empty(Directory.GetFiles(_folder.File("out")));
    }

    [Fact]
    public void The_sixteen_bit_image_is_the_map()
    {
        Cli.RunInside("explain", Photo("rocket.jpg"), "-o", _folder.Path).Succeeded();
        var (map, _, _) = Map("rocket.map.npy");

        var grey = FFmpeg.Decode(_folder.File("rocket.map.png"), "gray16le");

        for (var i = 0; i < map.Length; i++)
            Assert.Equal(map[i], BinaryPrimitives.ReadUInt16LittleEndian(grey.AsSpan(2 * i)) / 65535f, 1e-5f);
    }

    [Theory]
    [InlineData("stretch", 0, 0, 451, 300)]
    [InlineData("letterbox", 0, -37 * 300.0 / 149, 451, 224 * 300.0 / 149)] // 149 rows show the photo, and 37 rows below it are grey.
    [InlineData("crop", 75, 0, 300, 300)]
    public void The_source_rectangle_follows_the_fit(string fit, double x, double y, double width, double height)
    {
        Cli.RunInside("explain", Photo("chelsea.png"), "-o", _folder.Path, "--fit", fit).Succeeded();

        Assert.Equal((x, y, width, height), Rectangle(Report("chelsea")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_bad_image_is_named_and_skipped_and_the_others_are_done(bool json)
    {
        var folder = Mixed();
        var output = _folder.File("out");

        var result = Cli.RunInside(["explain", folder, "-o", output, .. json ? ["--json"] : (string[])[]]);

        Assert.Equal(11, result.ExitCode);
        Assert.Equal(["a.map.npy", "c.map.npy", "e.map.npy"], Directory.GetFiles(output, "*.map.npy").Select(Path.GetFileName).Order());
        Assert.Contains("1 of 4 images could not be read and was skipped", result.Error);
        Assert.Contains("the other 3 are done", result.Error);
        if (json)
        {
            var lines = Events(result.Output);
            var (ignored, names) = (lines[0], lines[0].GetProperty("files"));
            Assert.Equal(
                ("ignored", 2, "notes.txt"),
                (ignored.GetProperty("event").GetString(), ignored.GetProperty("count").GetInt32(), names[1].GetString()));
            var skipped = Assert.Single(lines, line => line.TryGetProperty("event", out var name) && name.ValueEquals("skipped"));
            Assert.Equal(11, skipped.GetProperty("code").GetInt32());
            Assert.EndsWith("b.jpg", skipped.GetProperty("image").GetString());
            Assert.Contains("cut off", skipped.GetProperty("message").GetString());
            var reports = lines.Where(line => line.TryGetProperty("image", out _) && !line.TryGetProperty("event", out _));
            Assert.Equal(["a.png", "c.png", "e"], reports.Select(report => Path.GetFileName(report.GetProperty("image").GetString())));
            Assert.Equal("error", lines[^1].GetProperty("event").GetString());
            return;
        }

        Assert.Contains("b.jpg is cut off or damaged: get the whole file.", result.Error);
        Assert.Contains("2 files that are no images and are passed over: drawing.svg, notes.txt.", result.Error);
    }

    [Fact]
    public void Nothing_is_said_of_other_files_where_the_command_is_refused()
    {
        var folder = Mixed();

        var model = Cli.RunInside("explain", folder, "-o", _folder.File("out"), "--model", _folder.File("none.onnx"), "--json");
        Directory.CreateDirectory(_folder.File("taken"));
        File.WriteAllText(_folder.File("taken/a.json"), "mine");
        var output = Cli.RunInside("explain", folder, "-o", _folder.File("taken"));

        Assert.NotEqual(0, model.ExitCode);
        Assert.Single(model.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("error", model.LastJson.GetProperty("event").GetString());
        Assert.Equal(43, output.ExitCode);
        Assert.DoesNotContain("passed over", output.Error);
    }

    [Fact]
    public void The_name_of_a_bad_image_steers_no_terminal_and_shows_no_password()
    {
        var folder = Directory.CreateDirectory(_folder.File("named")).FullName;
        File.Copy(Photo("chelsea.png"), Path.Combine(folder, "a.png"));
        File.WriteAllBytes(Path.Combine(folder, "me:s3cret@b\u001b[2J.jpg"), File.ReadAllBytes(Photo("china.jpg"))[..20_000]);

        var people = Cli.RunInside("explain", folder, "-o", _folder.File("out"));
        var machines = Cli.RunInside("explain", folder, "-o", _folder.File("out"), "--force", "--json");

        Assert.Equal((11, 11), (people.ExitCode, machines.ExitCode));
        Assert.Contains("b?[2J.jpg is cut off", people.Error);
        Assert.DoesNotContain('\u001b', people.Error);
        var skipped = Assert.Single(Events(machines.Output), line => line.TryGetProperty("event", out var name) && name.ValueEquals("skipped"));
        Assert.Contains("is cut off", skipped.GetProperty("message").GetString());
        Assert.DoesNotContain("s3cret", skipped.GetProperty("message").GetString());
    }

    [Fact]
    public void Strictly_the_first_bad_image_ends_it()
    {
        var output = _folder.File("out");

        var result = Cli.RunInside("explain", Mixed(), "-o", output, "--strict");

        Assert.Equal(11, result.ExitCode);
        Assert.Contains("b.jpg is cut off or damaged", result.Error);
        Assert.DoesNotContain("skipped", result.Error);
        Assert.False(File.Exists(Path.Combine(output, "e.map.npy")));
    }

    [Fact]
    public async Task Interrupted_it_finishes_what_it_has_begun()
    {
        const int Images = 400;
        var folder = _folder.File("many");
        Directory.CreateDirectory(folder);
        for (var i = 0; i < Images; i++)
            File.CreateSymbolicLink(Path.Combine(folder, $"{i:D3}.png"), Photo("coffee.png"));
        var output = _folder.File("out");
        using var process = Cli.Start(["explain", folder, "-o", output, "--json"]);
        var error = process.StandardError.ReadToEndAsync();
        Assert.NotNull(await process.StandardOutput.ReadLineAsync());

        Cli.Signal(process, "INT");

        var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
        // The first line was read above, and the last is the error.
        Assert.Contains($"Interrupted: {lines.Length} of {Images} images are explained.", await error);
        Assert.Equal(9 * lines.Length, Directory.GetFiles(output).Length);
    }

    /// <summary>Makes a folder of three images, one of them known by its content alone, one image that is cut off, and two files that are not images.</summary>
    string Mixed()
    {
        var folder = _folder.File("mixed");
        Directory.CreateDirectory(folder);
        File.Copy(Photo("chelsea.png"), Path.Combine(folder, "a.png"));
        File.WriteAllBytes(Path.Combine(folder, "b.jpg"), File.ReadAllBytes(Photo("china.jpg"))[..20_000]);
        File.Copy(Photo("coffee.png"), Path.Combine(folder, "c.png"));
        File.Copy(Photo("rocket.jpg"), Path.Combine(folder, "e"));
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "no image");
        File.WriteAllText(Path.Combine(folder, "drawing.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>");
        return folder;
    }

    [Fact]
    public void Equal_names_from_different_folders_do_not_collide()
    {
        foreach (var folder in new[] { "a", "b" })
        {
            Directory.CreateDirectory(_folder.File(folder));
            File.Copy(Photo("coffee.png"), Path.Combine(_folder.File(folder), "same.png"));
        }
        File.Copy(Photo("rocket.jpg"), Path.Combine(_folder.File("b"), "same.jpg"));
        var output = _folder.File("out");

        Cli.RunInside("explain", _folder.File("a"), _folder.File("b"), "-o", output).Succeeded();

        var overlays = Directory.GetFiles(output, "*.overlay.png").Select(file => Path.GetFileName(file).Replace(".overlay.png", ""));
        Assert.Equal(["a_same.png", "b_same.png", "same.jpg"], overlays.Order());
    }

    [Fact]
    public void Force_overwrites_what_exists()
    {
        Cli.RunInside("explain", Photo("coffee.png"), "-o", _folder.Path).Succeeded();
        Cli.RunInside("explain", Photo("coffee.png"), "-o", _folder.Path, "--force", "--fit", "stretch").Succeeded();

        Assert.Equal("stretch", Report("coffee").GetProperty("fit").GetString());
    }

    [Fact]
    public void Json_has_a_report_a_line()
    {
        var result = Cli.RunInside("explain", Photo("coffee.png"), Photo("rocket.jpg"), "-o", _folder.Path, "--json").Succeeded();

        Assert.Equal("espresso", result.Json(0).GetProperty("predictions")[0].GetProperty("label").GetString());
        Assert.Equal("missile", result.Json(1).GetProperty("predictions")[0].GetProperty("label").GetString());
    }

    /// <summary>
    /// Where the subject is small and off centre, the map must point at it: the mean inside its box over the mean outside must be well above what a
    /// Gaussian blob at the centre would score.
    /// </summary>
    [Theory]
    [InlineData("car-detection.mp4", 8, 0, 285, 0, 397, 70)]
    [InlineData("bottle-detection.mp4", 10, 280, 510, 106, 572, 315)]
    public void The_map_lies_on_a_small_subject_off_the_centre(string clip, int second, int cropFrom, int left, int top, int right, int bottom)
    {
        var video = Shared.Path("media", "video", clip);
        var crop = cropFrom == 0 ? "null" : $"crop=360:360:{cropFrom}:0";
        FFmpeg.Run("-ss", $"{second}", "-i", video, "-frames:v", "1", "-vf", crop, _folder.File("frame.png"));
        Cli.RunInside("explain", _folder.File("frame.png"), "-o", _folder.Path).Succeeded();
        var (x, y, width, height) = Rectangle(Report("frame"));
        var (map, _, _) = Map("frame.map.npy");

        bool Inside(int row, int column)
        {
            var (framex, framey) = (x + (column + 0.5) * width / 224 + cropFrom, y + (row + 0.5) * height / 224);
            return framex >= left && framex < right && framey >= top && framey < bottom;
        }
        double Ratio(Func<int, int, double> value)
        {
            var cells = Enumerable.Range(0, 224 * 224).Select(i => (Row: i / 224, Column: i % 224)).ToLookup(cell => Inside(cell.Row, cell.Column));
            return cells[true].Average(cell => value(cell.Row, cell.Column)) / cells[false].Average(cell => value(cell.Row, cell.Column));
        }
        var ratio = Ratio((row, column) => map[row * 224 + column]);
        var blob = Ratio((row, column) => Math.Exp(-(Math.Pow(row - 111.5, 2) + Math.Pow(column - 111.5, 2)) / (2 * 60 * 60)));

        Assert.True(ratio >= 1.6, $"inside over outside is {ratio:F2}");
        Assert.True(ratio > blob, $"a centred blob has {blob:F2}, the map {ratio:F2}");
    }

    string Top(string name) => Report(name).GetProperty("predictions")[0].GetProperty("label").GetString()!;

    JsonElement Report(string name) => JsonDocument.Parse(File.ReadAllText(_folder.File($"{name}.json"))).RootElement;

    static (double, double, double, double) Rectangle(JsonElement report)
    {
        var rectangle = report.GetProperty("sourceRectangle");
        double Number(string name) => rectangle.GetProperty(name).GetDouble();
        return (Number("x"), Number("y"), Number("width"), Number("height"));
    }

    (int Width, int Height, string Format) Png(string name)
    {
        var facts = FFmpeg.Probe(_folder.File(name), "stream=width,height,pix_fmt").Split(',');
        return (int.Parse(facts[0]), int.Parse(facts[1]), facts[2]);
    }

    Npy Map(string name) => Npy.Read(_folder.File(name));

    static List<JsonElement> Events(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
}
