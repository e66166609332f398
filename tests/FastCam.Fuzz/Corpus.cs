namespace FastCam.Fuzz;

/// <summary>The whole images that are damaged.</summary>
sealed class Corpus
{
    /// <summary>One image in so many is of a format that another program decodes, since starting a program takes ten times as long as all else.</summary>
    const int ByProgramEvery = 40;

    /// <summary>The endings of the formats that other programs decode.</summary>
    static readonly string[] OfPrograms = [".bmp", ".ppm", ".pgm", ".heic"];

    readonly Dictionary<string, byte[]> _files;
    readonly string[] _inProcess;
    readonly string[] _byPrograms;

    Corpus(Dictionary<string, byte[]> files)
    {
        _files = files;
        var names = files.Keys.Order(StringComparer.Ordinal).ToLookup(name => OfPrograms.Contains(Path.GetExtension(name)));
        (_inProcess, _byPrograms) = ([.. names[false]], [.. names[true]]);
    }

    public byte[] this[string name] => _files[name];

    /// <summary>Reads all files of a folder but for those that hold what another one is expected to show.</summary>
    public static Corpus Load(string folder) =>
        new(Directory.GetFiles(folder).Where(path => !IsExpectation(path)).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes));

    public string Choose(Random random)
    {
        var names = random.Next(ByProgramEvery) == 0 && _byPrograms.Length > 0 ? _byPrograms : _inProcess;
        return names[random.Next(names.Length)];
    }

    /// <summary>Returns any image of the same format.</summary>
    public byte[] Sibling(string name, Random random)
    {
        var names = _inProcess.Concat(_byPrograms).Where(other => Path.GetExtension(other) == Path.GetExtension(name)).ToArray();
        return _files[names[random.Next(names.Length)]];
    }

    static bool IsExpectation(string path) => path.EndsWith(".ppm", StringComparison.Ordinal) && File.Exists(path[..^4]);
}
