using System.Globalization;

namespace FastCam.Tests.Tiles;

/// <summary>Tests how much memory <c>explain --tile</c> holds, any child included.</summary>
public sealed class TiledMemoryTests : IDisposable
{
    const double Megabyte = 1e6;

    readonly TemporaryFolder _folder = new();

    public TiledMemoryTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");

    public void Dispose() => _folder.Dispose();

    /// <summary>The map of the larger image alone has 64 MB more.</summary>
    [Fact]
    public void The_program_holds_a_row_of_tiles_and_not_the_image()
    {
        var small = Peak(Image("small.jpg", 1000, 1000), _folder.File("out"));
        var large = Peak(Image("large.jpg", 1000, 17_000), _folder.File("out"));

        Assert.InRange((large.Program - small.Program) / Megabyte, -100, 30);
    }

    /// <summary>FFmpeg would hold 300 MB of RGB of this PNG.</summary>
    [Fact]
    public void Ten_thousand_by_ten_thousand_pixels_fit_in_half_a_gigabyte()
    {
        var peak = Peak(Image("large.png", 10_000, 10_000), _folder.File("out"));

        TestContext.Current.TestOutputHelper?.WriteLine($"{peak.Together / Megabyte:F0} MB together, the program {peak.Program / Megabyte:F0} MB");
        Assert.InRange(peak.Together / Megabyte, 100, 500);
    }

    string Image(string name, int width, int height)
    {
        FFmpeg.Run("-f", "lavfi", "-i", $"testsrc2=s={width}x{height}", "-frames:v", "1", _folder.File(name));
        return _folder.File(name);
    }

    /// <summary>Returns the most that the program held, and the most that it and its children held at one time.</summary>
    internal static (long Program, long Together) Peak(string image, string results)
    {
        // Without a bound the garbage collector lets as much lie about as the processor's cache holds, 100 MB on some: that is not what is held.
        using var process = Cli.Cli.Start(["explain", image, "-o", results, "--tile", "224", "--overlap", "32"], ("DOTNET_GCgen0size", "0x1000000"));
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        long program = 0, together = 0;
        while (!process.WaitForExit(10))
        {
            program = Math.Max(program, Bytes(process.Id, "VmHWM"));
            together = Math.Max(together, Children(process.Id).Append(process.Id).Sum(id => Bytes(id, "VmRSS")));
        }

        Assert.True(process.ExitCode == 0, error.Result + output.Result);
        return (program, together);
    }

    static int[] Children(int id)
    {
        try
        {
            return
            [
                .. Directory.GetDirectories($"/proc/{id}/task")
                    .SelectMany(task => File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse),
            ];
        }
        catch (IOException)
        {
            return []; // The process has just ended.
        }
    }

    static long Bytes(int id, string entry)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith(entry, StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // The process has just ended.
        }
    }
}
