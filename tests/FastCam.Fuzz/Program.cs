using System.Globalization;
using System.Text.Json;
using FastCam.Fuzz;

// FastCam.Fuzz FOLDER SEED FIRST COUNT damages the images of a folder, opens the results, and reports in one line of JSON what happened.
// FastCam.Fuzz FILE... opens the files as they are.
if (args is [var folder, var seed, var first, var count] && Directory.Exists(folder))
{
    var corpus = Corpus.Load(folder);
    var (number, start) = (int.Parse(seed, CultureInfo.InvariantCulture), int.Parse(first, CultureInfo.InvariantCulture));
    using var bench = new OpeningBench();
    for (var i = start; i < start + int.Parse(count, CultureInfo.InvariantCulture); i++)
    {
        var random = new Random(HashCodeOf(number, i));
        var name = corpus.Choose(random);
        bench.Open($"seed {number}, image {i} ({name})", Mutation.Apply(corpus, name, random), Path.GetExtension(name), byRows: i % 2 == 1);
    }

    Console.WriteLine(JsonSerializer.Serialize(bench.Report()));
}
else
{
    using var bench = new OpeningBench();
    foreach (var path in args)
        bench.Open(path, File.ReadAllBytes(path), Path.GetExtension(path), byRows: false);
    Console.WriteLine(JsonSerializer.Serialize(bench.Report()));
}

// The hash is the same on every machine and in every run, so that an image can be made again from its numbers.
static int HashCodeOf(int seed, int image) => unchecked((seed * 0x01000193) ^ (image * (int)0x9E3779B1));
