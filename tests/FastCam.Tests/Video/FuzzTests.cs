using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace FastCam.Tests.Video;

/// <summary>
/// Opens damaged images of every format in processes of their own: whatever is in a file, it is read or refused in a sentence,
/// in bounded time and memory. There are 2000 images by default, and 100 000 by <c>make long fuzz</c>. A failure names seed and
/// image, which <c>FastCam.Fuzz FOLDER SEED IMAGE 1</c> opens again.
/// </summary>
public sealed class FuzzTests(StillFiles files) : IClassFixture<StillFiles>
{
    const string Variable = "FASTCAM_FUZZ_IMAGES";
    const int Seed = 20_261;

    /// <summary>The most images that one process opens; the report has a line of each process.</summary>
    const int MostOfOne = 5000;

    /// <summary>
    /// The most MB that the whole process may hold, which ends itself beyond that: the 1208 that one image may take, and 200 of .NET and libvips.
    /// </summary>
    const int MostHeld = 1408;

    static readonly string Report = Repository.File("artifacts", "tests", "fuzz.txt");

    static readonly int Images = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "2000", CultureInfo.InvariantCulture);

    static string Program => Path.Combine(AppContext.BaseDirectory, "FastCam.Fuzz");

    [Fact]
    public async Task Damaged_images_are_read_or_refused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Report)!);
        await File.WriteAllTextAsync(Report, $"{Images} damaged images, seed {Seed}, made from {files.Names.Count()} files{Environment.NewLine}");
        var each = Math.Min(MostOfOne, (Images + 1) / 2);
        var firsts = Enumerable.Range(0, (Images + each - 1) / each).Select(part => part * each).ToList();
        var (opened, refused) = (0, 0);
        await Parallel.ForEachAsync(firsts, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (first, _) =>
        {
            var count = Math.Min(each, Images - first);
            var report = await Run([files.Folder, $"{Seed}", $"{first}", $"{count}"]);
            var (read, not) = (report.GetProperty("Opened").GetInt32(), report.GetProperty("Refused").GetInt32());
            Assert.Equal(count, read + not);
            Assert.InRange(report.GetProperty("PeakMegabytes").GetInt32(), 1, MostHeld);
            lock (Report)
            {
                (opened, refused) = (opened + read, refused + not);
                File.AppendAllText(Report, $"{first}..{first + count - 1}: {report.GetRawText()}{Environment.NewLine}");
            }
        });
        await File.AppendAllTextAsync(Report, $"read {opened}, refused {refused}, no crash, no hang, at most {MostHeld} MB held{Environment.NewLine}");
        // Where one of them is rare, the readers are not really tried.
        Assert.InRange(opened, Images / 20, Images);
        Assert.InRange(refused, Images / 4, Images);
    }

    [Fact]
    public async Task Images_that_claim_too_much_take_little()
    {
        using var folder = new TemporaryFolder();
        var paths = HugeHeaders.Names.Where(name => files.HasHeif || !StillFiles.IsHeif(name)).Select(name => Write(folder, name)).ToArray();

        var report = await Run(paths);

        Assert.Equal(paths.Length, report.GetProperty("Refused").GetInt32());
        Assert.InRange(report.GetProperty("PeakMegabytes").GetInt32(), 1, 250);
        Assert.InRange(report.GetProperty("SlowestMilliseconds").GetDouble(), 0, 5000);
    }

    string Write(TemporaryFolder folder, string name)
    {
        File.WriteAllBytes(folder.File(name), HugeHeaders.Create(files, name));
        return folder.File(name);
    }

    static async Task<JsonElement> Run(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        // The last lines tell which image was being opened, and what went wrong with it.
        var last = new Queue<string>();
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            last.Enqueue(line);
            if (last.Count > 20)
                last.Dequeue();
        }

        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"exit code {process.ExitCode}: {string.Join('\n', last)}");
        return JsonDocument.Parse(await output).RootElement;
    }
}
