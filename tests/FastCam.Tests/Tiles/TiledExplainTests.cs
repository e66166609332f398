using System.Text.Json;
using FastCam.Cli;
using FastCam.Saliency.Overlays;
using FastCam.Saliency.Resampling;
using FastCam.Tests.Saliency;

namespace FastCam.Tests.Tiles;

/// <summary>Tests <c>explain --tile</c> from an image to its files.</summary>
public sealed class TiledExplainTests : IDisposable
{
    const int Tile = 224;
    const int Overlap = 32;

    readonly TemporaryFolder _folder = new();

    static string Photo(string name) => Repository.File("media", "photos", name);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_image_of_one_tile_has_the_map_that_explain_gives_it()
    {
        var image = Image("one.png", "-i", Photo("coffee.png"), "-vf", "crop=224:224");
        Cli.Cli.RunInside("explain", image, "-o", _folder.File("plain")).Succeeded();
        Explain(image);

        var plain = Npy.Read(_folder.File("plain/one.map.npy"));
        var tiled = Npy.Read(_folder.File("one.map.npy"));
        for (var i = 0; i < plain.Values.Length; i++)
            Assert.Equal(plain.Values[i], tiled.Values[i], 1e-6f);
    }

    /// <summary>Each pixel of the image is mixed with the colour of the map's level there, in RGB, so that no chroma is halved on the way.</summary>
    [Theory]
    [InlineData("turbo", 0.5)]
    [InlineData("viridis", 0.25)]
    [InlineData("inferno", 1)]
    public void The_overlay_is_the_image_mixed_with_the_colours_of_the_map(string colours, double opacity)
    {
        var image = Image("mixed.png", "-i", Photo("coffee.png"), "-vf", "crop=301:233");
        Explain(image, "--colormap", colours, "--opacity", opacity.ToString(System.Globalization.CultureInfo.InvariantCulture));

        var map = Npy.Read(_folder.File("mixed.map.npy"));
        var source = FFmpeg.Decode(image, "rgb24");
        var overlay = FFmpeg.Decode(_folder.File("mixed.overlay.png"), "rgb24");
        var table = ColourMap.Find(colours)!.Rgb;
        Assert.Equal(3 * map.Values.Length, overlay.Length);
        for (var i = 0; i < overlay.Length; i++)
        {
            var level = (int)(map.Values[i / 3] * 255 + 0.5f);
            Assert.Equal((1 - opacity) * source[i] + opacity * table[3 * level + i % 3], overlay[i], 0.501);
        }
    }

    /// <summary>Compares three columns and two rows of tiles, the last of each shifted back, with plain explanations of the six tiles.</summary>
    [Fact]
    public void The_map_is_that_of_the_tiles_normalised_together_and_feathered()
    {
        const int Width = 500, Height = 300;
        int[] lefts = [0, 192, 276], tops = [0, 76];
        var image = Image("colour.png", "-i", Photo("china.jpg"), "-vf", $"crop={Width}:{Height},format=rgb24");
        Explain(image);
        var map = Npy.Read(_folder.File("colour.map.npy"));

        var tiles = new Dictionary<(int Column, int Row), Npy[]>();
        foreach (var (column, left) in lefts.Index())
        {
            foreach (var (row, top) in tops.Index())
            {
                var tile = Image($"tile{column}{row}.png", "-i", image, "-vf", $"crop={Tile}:{Tile}:{left}:{top}");
                Cli.Cli.RunInside("explain", tile, "-o", _folder.Path).Succeeded();
                tiles[(column, row)] = [.. Enumerable.Range(1, 5).Select(layer => Npy.Read(_folder.File($"tile{column}{row}.layer{layer}.npy")))];
            }
        }

        double[] weights = [0.18, 0.15, 0.37, 0.4, 0.72];
        var expected = new double[Width * Height];
        for (var layer = 0; layer < weights.Length; layer++)
        {
            var side = tiles[(0, 0)][layer].Width;
            var cell = Tile / side;
            double ShareOfCell(int[] starts, int index, int at) =>
                Enumerable.Range(starts[index] + at * cell, cell).Average(pixel => Share(starts, index, pixel));
            double ShareOf((int Column, int Row) tile, int x, int y) => ShareOfCell(lefts, tile.Column, x) * ShareOfCell(tops, tile.Row, y);
            var cells = (from tile in tiles
                         from y in Enumerable.Range(0, side)
                         from x in Enumerable.Range(0, side)
                         select (Value: (double)tile.Value[layer][y, x], Share: ShareOf(tile.Key, x, y))).ToList();
            var count = cells.Sum(one => one.Share);
            Assert.Equal((double)Width * Height / cell / cell, count, 1e-6);
            var mean = cells.Sum(one => one.Share * one.Value) / count;
            var sigma = Math.Sqrt(cells.Sum(one => one.Share * (one.Value - mean) * (one.Value - mean)) / (count - 1));
            var moments = Report("colour").GetProperty("moments")[layer];
            Assert.Equal(mean, moments.GetProperty("mean").GetDouble(), 1e-6 * mean);
            Assert.Equal(sigma, moments.GetProperty("sigma").GetDouble(), 1e-6 * sigma);
            foreach (var ((column, row), layers) in tiles)
            {
                var normalised = layers[layer].Values.Select(value => (float)Oracle.NormalDistribution((value - mean) / sigma)).ToArray();
                var resized = Oracle.Resize(normalised, new MapSize(side, side), new MapSize(Tile, Tile));
                for (var y = 0; y < Tile; y++)
                {
                    for (var x = 0; x < Tile; x++)
                    {
                        var share = Share(lefts, column, lefts[column] + x) * Share(tops, row, tops[row] + y);
                        expected[(tops[row] + y) * Width + lefts[column] + x] += weights[layer] / weights.Sum() * share * resized[y * Tile + x];
                    }
                }
            }
        }

        Assert.Equal((Height, Width), (map.Height, map.Width));
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], map.Values[i], 1e-5);
    }

    /// <summary>On a smooth image the map changes no more where tiles meet than within them; without an overlap it would.</summary>
    [Theory]
    [InlineData(32, 0, 1.1)]
    [InlineData(0, 2, 20)]
    public void Tiles_meet_without_seams_where_they_overlap(int overlap, double least, double most)
    {
        var stride = Tile - overlap;
        var (width, height) = (4 * stride + Tile, 3 * stride + Tile);
        const string Smooth = "geq=r='128+80*sin(X/170)*cos(Y/210)':g='128+80*cos(X/230+1)*sin(Y/190)':b='128+60*sin((X+Y)/260)'";
        var image = Image("smooth.png", "-f", "lavfi", "-i", $"nullsrc=s={width}x{height},format=rgb24,{Smooth}", "-frames:v", "1");
        Explain(image, "--overlap", $"{overlap}");
        var map = Npy.Read(_folder.File("smooth.map.npy"));

        double Across(int column) => Enumerable.Range(0, height).Average(row => Math.Abs(map[row, column] - map[row, column - 1]));
        double Down(int row) => Enumerable.Range(0, width).Average(column => Math.Abs(map[row, column] - map[row - 1, column]));
        Assert.InRange(SeamRatio(width, Across), least, most);
        Assert.InRange(SeamRatio(height, Down), least, most);

        double SeamRatio(int length, Func<int, double> gradient)
        {
            // A seam is where two tiles are mixed, and the step into it; without an overlap it is the step alone.
            bool IsSeam(int at) => Enumerable.Range(1, length / stride - 1).Any(tile => at >= tile * stride && at <= tile * stride + overlap);
            var steps = Enumerable.Range(1, length - 1).ToLookup(IsSeam, gradient);
            return steps[true].Average() / steps[false].Average();
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 500)]
    [InlineData(500, 1)]
    [InlineData(223, 225)]
    [InlineData(224, 417)]
    [InlineData(481, 333)]
    public void Images_of_any_shape_are_explained_at_their_own_size(int width, int height)
    {
        Explain(Image("odd.png", "-i", Photo("coffee.png"), "-vf", $"scale={width}:{height}"));

        var map = Npy.Read(_folder.File("odd.map.npy"));
        Assert.Equal((height, width), (map.Height, map.Width));
        Assert.All(map.Values, value => Assert.InRange(value, 0, 1));
        Assert.Equal($"{width},{height},rgb24", FFmpeg.Probe(_folder.File("odd.overlay.png"), "stream=width,height,pix_fmt"));
        var grey = FFmpeg.Decode(_folder.File("odd.map.png"), "gray16le");
        for (var i = 0; i < map.Values.Length; i++)
            Assert.Equal(map.Values[i], BitConverter.ToUInt16(grey, 2 * i) / 65535f, 1e-5f);
    }

    [Fact]
    public void The_report_tells_of_the_tiles()
    {
        var result = Explain(Image("wide.png", "-i", Photo("china.jpg"), "-vf", "scale=609:417"), "--overlap", "30", "--json");

        var report = result.Json(0);
        Assert.Equal("""{"width":224,"height":224,"overlap":30,"columns":3,"rows":2}""", report.GetProperty("tiles").GetRawText());
        Assert.Equal((609, 417), (report.GetProperty("width").GetInt32(), report.GetProperty("height").GetInt32()));
        Assert.Equal(5, report.GetProperty("moments").GetArrayLength());
        Assert.InRange(report.GetProperty("classes").EnumerateArray().Sum(entry => entry.GetProperty("tiles").GetInt32()), 1, 6);
        Assert.True(report.GetProperty("milliseconds").GetProperty("forward").GetDouble() > 0);
        Assert.Equal(report.GetRawText(), File.ReadAllText(_folder.File("wide.json")));
    }

    [Theory]
    [InlineData("--tile 224", "--tile", "300")]
    [InlineData("--tile", "--tile", "0")]
    [InlineData("--tile 224", "--overlap", "16")]
    [InlineData("112", "--tile", "224", "--overlap", "113")]
    [InlineData("--overlap", "--tile", "224", "--overlap", "-1")]
    [InlineData("--fit", "--tile", "224", "--fit", "crop")]
    [InlineData("--view", "--tile", "224", "--view", "sheet")]
    public void Options_that_do_not_go_together_are_refused_in_a_sentence(string says, params string[] options) =>
        Fails(ExitCode.BadOption, says, ["explain", Photo("coffee.png"), "-o", _folder.File("out"), .. options]);

    /// <summary>As without tiles, the image is named, the others are done, and the exit code says so.</summary>
    [Fact]
    public void One_bad_image_among_others_is_named_and_skipped()
    {
        var whole = File.ReadAllBytes(Photo("china.jpg"));
        var images = Directory.CreateDirectory(_folder.File("images")).FullName;
        foreach (var name in (string[])["a.png", "c.png"])
            File.Move(Image(name, "-i", Photo("coffee.png"), "-vf", "scale=230:230"), Path.Combine(images, name));
        File.WriteAllBytes(Path.Combine(images, "b.jpg"), whole[..(whole.Length / 2)]);
        var output = _folder.File("out");

        var result = Cli.Cli.RunInside("explain", images, "-o", output, "--tile", "224");

        Assert.Equal((int)ExitCode.SourceUnreadable, result.ExitCode);
        Assert.Contains("b.jpg is cut off", result.Error);
        Assert.Contains("1 of 3 images could not be read", result.Error);
        Assert.Equal(
            ["a.json", "a.map.npy", "a.map.png", "a.overlay.png", "c.json", "c.map.npy", "c.map.png", "c.overlay.png"],
            Directory.GetFiles(output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Fails(ExitCode.SourceUnreadable, "b.jpg is cut off", "explain", images, "-o", _folder.File("strict"), "--tile", "224", "--strict");
        Assert.Equal(4, Directory.GetFiles(_folder.File("strict")).Length);
    }

    [Fact]
    public void An_image_that_is_cut_off_leaves_no_files()
    {
        var whole = File.ReadAllBytes(Photo("china.jpg"));
        var cut = _folder.Write("cut.jpg", whole[..(whole.Length / 2)]);

        Fails(ExitCode.SourceUnreadable, "cut off", "explain", cut, "-o", _folder.File("out"), "--tile", "224");

        Assert.Empty(Directory.GetFiles(_folder.File("out")));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task An_interruption_leaves_no_files(string signal)
    {
        var image = Image("long.png", "-i", Photo("china.jpg"), "-vf", "scale=6000:4000");
        using var process = Cli.Cli.Start(["explain", image, "-o", _folder.File("out"), "--tile", "224"]);
        var error = process.StandardError.ReadToEndAsync();
        Assert.True(SpinWait.SpinUntil(() => process.HasExited || File.Exists(_folder.File("out/long.overlay.png.part")), TimeSpan.FromMinutes(2)));
        Cli.Cli.Signal(process, signal);

        await process.WaitForExitAsync();

        Assert.Equal((int)ExitCode.Interrupted, process.ExitCode);
        Assert.Contains("nothing was written of", await error);
        Assert.Empty(Directory.GetFiles(_folder.File("out")));
    }

    /// <summary>The files that a kill leaves have no name that anybody would take for a result, and the statistics' disk space is free again.</summary>
    [Fact]
    public async Task A_killed_run_leaves_no_file_under_its_name()
    {
        var image = Image("long.png", "-i", Photo("china.jpg"), "-vf", "scale=6000:4000");
        using var process = Cli.Cli.Start(["explain", image, "-o", _folder.File("out"), "--tile", "224"]);
        Assert.True(SpinWait.SpinUntil(() => process.HasExited || File.Exists(_folder.File("out/long.overlay.png.part")), TimeSpan.FromMinutes(2)));
        process.Kill();

        await process.WaitForExitAsync();

        Assert.All(Directory.GetFiles(_folder.File("out")), file => Assert.EndsWith(".part", file));
        Cli.Cli.RunInside("explain", Image("short.png", "-i", image, "-vf", "scale=60:40"), "-o", _folder.File("out"), "--tile", "224").Succeeded();
    }

    /// <summary>Returns a tile's share of a pixel, as the product of its two fades, which is right where no two fades meet.</summary>
    static double Share(int[] starts, int index, int pixel)
    {
        double Fade(int from, int to) => Math.Clamp((pixel + 0.5 - ((to + from + Tile) / 2.0 - Overlap / 2.0)) / Overlap, 0, 1);
        var rising = index == 0 ? 1 : Fade(starts[index - 1], starts[index]);
        var falling = index == starts.Length - 1 ? 1 : 1 - Fade(starts[index], starts[index + 1]);
        return rising * falling;
    }

    string Image(string name, params string[] source)
    {
        FFmpeg.Run([.. source, _folder.File(name)]);
        return _folder.File(name);
    }

    Cli.Cli.Result Explain(string image, params string[] options) =>
        Cli.Cli.RunInside(["explain", image, "-o", _folder.Path, "--tile", "224", .. options]).Succeeded();

    JsonElement Report(string name) => JsonDocument.Parse(File.ReadAllText(_folder.File($"{name}.json"))).RootElement;

    static void Fails(ExitCode code, string says, params string[] arguments)
    {
        var result = Cli.Cli.RunInside(arguments);
        Assert.Equal((int)code, result.ExitCode);
        Assert.Contains(says, Assert.Single(result.Error.Split('\n'), line => line.StartsWith("fastcam: ")));
        Assert.DoesNotContain("Exception", result.Error);
    }
}
