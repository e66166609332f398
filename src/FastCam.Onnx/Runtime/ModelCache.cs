using System.Security.Cryptography;
using System.Text;

namespace FastCam.Onnx.Runtime;

/// <summary>
/// Rewritten models, the strategies chosen for models, and the engines that TensorRT builds of them, on disk, so that the second start
/// is a quick one. A file of ours holds the key that it was made for and a hash of its content: one that is damaged, or of another
/// model, runtime or processor, is as good as none. The folder is kept below a size; what was not used for longest goes first.
/// </summary>
public sealed class ModelCache
{
    /// <summary>The environment variable that names another folder.</summary>
    public const string Variable = "FASTCAM_CACHE";

    /// <summary>The largest size of the folder, in bytes: 2 GiB.</summary>
    public const long DefaultLimit = 2L << 30;

    /// <summary>How a rewritten model's file ends.</summary>
    internal const string ModelEnding = ".fastcam-model";

    /// <summary>How a choice's file ends.</summary>
    internal const string ChoiceEnding = ".fastcam-choice";

    /// <summary>How the folder of a model's engines ends.</summary>
    const string EnginesEnding = ".fastcam-engines";

    const string Unfinished = ".fastcam-unfinished";

    static readonly TimeSpan LongestWriting = TimeSpan.FromHours(1);

    readonly long _limit;

    /// <param name="folder">Where; made when the first model is written.</param>
    /// <param name="limit">The largest size, in bytes.</param>
    public ModelCache(string folder, long limit = DefaultLimit) => (Folder, _limit) = (folder, limit);

    /// <summary>
    /// The user's cache: the folder that <see cref="Variable"/> names, else <c>fastcam</c> where the system keeps caches
    /// (XDG_CACHE_HOME or ~/.cache on Linux).
    /// </summary>
    public static ModelCache Default =>
        new(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : Path.Combine(SystemFolder(), "fastcam"));

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>How many models, choices and models with engines it holds, and their bytes.</summary>
    public (int Models, int Choices, int Engines, long Bytes) Size =>
        (Files(ModelEnding).Count, Files(ChoiceEnding).Count, EngineFolders().Count(folder => folder.EnumerateFiles().Any()), Kept().Sum(file => file.Length));

    /// <summary>What was written under this key, or null.</summary>
    internal byte[]? Read(string key, string ending = ModelEnding)
    {
        try
        {
            if (IsOpenToOthers)
                return null;
            var path = PathOf(key, ending);
            using var file = File.OpenRead(path);
            var header = Header(key);
            var found = new byte[header.Length + SHA256.HashSizeInBytes];
            if (file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) < found.Length || !found.AsSpan(0, header.Length).SequenceEqual(header))
                return null;
            var model = new byte[file.Length - found.Length];
            file.ReadExactly(model);
            if (!SHA256.HashData(model).AsSpan().SequenceEqual(found.AsSpan(header.Length)))
                return null;
            Touch(path);
            return model;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Writes something, whole or not at all, and makes room for it.</summary>
    /// <returns>What hindered it, as a sentence; null where nothing did.</returns>
    internal string? Write(string key, byte[] content, string ending = ModelEnding)
    {
        var unfinished = Path.Combine(Folder, $"{Guid.NewGuid():N}{Unfinished}");
        try
        {
            MakeFolder(Folder);
            if (Mistrust is { } mistrust)
                return mistrust;
            using (var file = File.Create(unfinished))
            {
                file.Write(Header(key));
                file.Write(SHA256.HashData(content));
                file.Write(content);
            }
            File.Move(unfinished, PathOf(key, ending), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(new FileInfo(unfinished));
            return e.Message;
        }
        Prune(PathOf(key, ending));
        return null;
    }

    /// <summary>
    /// The folder for the engines that TensorRT builds of a model; null where nothing may be kept. TensorRT names engines by the graph
    /// and not by its weights, so each model has a folder of its own, and each version of the runtime.
    /// </summary>
    internal string? EnginesOf(byte[] model)
    {
        var folder = PathOf(
            $"FastCam.Edge engines\nONNX Runtime {OnnxRuntimeLibrary.Version}\n{Convert.ToHexStringLower(SHA256.HashData(model))}", EnginesEnding);
        try
        {
            MakeFolder(Folder);
            if (Mistrust is not null)
                return null;
            MakeFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        Prune(folder);
        return folder;
    }

    /// <summary>Why nothing that lies here is used, as a sentence; null where it is.</summary>
    public string? Mistrust => IsOpenToOthers ? $"others may write in {Folder}, and what lies there is run" : null;

    /// <summary>Whether nothing new can be kept, found by trying; what lies here is used all the same.</summary>
    public bool IsReadOnly
    {
        get
        {
            var file = new FileInfo(Path.Combine(Folder, $"{Guid.NewGuid():N}{Unfinished}"));
            try
            {
                MakeFolder(Folder);
                file.Create().Dispose();
                file.Delete();
                return false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return true;
            }
        }
    }

    /// <summary>Removes everything.</summary>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Clear()
    {
        foreach (var file in Files(ModelEnding).Concat(Files(ChoiceEnding)).Concat(Files(Unfinished)))
            file.Delete();
        foreach (var folder in EngineFolders())
            folder.Delete(recursive: true);
    }

    void Prune(string newest)
    {
        foreach (var file in Files(Unfinished).Where(file => DateTime.UtcNow - file.LastWriteTimeUtc > LongestWriting))
            TryDelete(file);
        var kept = Kept().ToList();
        var bytes = kept.Sum(file => file.Length);
        foreach (var file in kept.Where(file => file.FullName != newest && file.DirectoryName != newest).OrderBy(file => file.LastAccessTimeUtc))
        {
            if (bytes <= _limit)
                return;
            bytes -= file.Length;
            TryDelete(file);
        }
    }

    IEnumerable<FileInfo> Kept() => Files(ModelEnding).Concat(Files(ChoiceEnding)).Concat(EngineFolders().SelectMany(folder => folder.GetFiles()));

    /// <summary>Whether somebody else could put a model of his own here.</summary>
    bool IsOpenToOthers =>
        !OperatingSystem.IsWindows() && Directory.Exists(Folder) && (File.GetUnixFileMode(Folder) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0;

    static void TryDelete(FileInfo file)
    {
        try
        {
            file.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays until somebody may.
        }
    }

    /// <summary>It was used: it goes last.</summary>
    static void Touch(string path)
    {
        try
        {
            File.SetLastAccessTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In a folder that is only read, nothing goes.
        }
    }

    /// <summary>Nobody else may write here: what lies here is run.</summary>
    static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    string PathOf(string key, string ending) =>
        Path.Combine(Path.GetFullPath(Folder), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32] + ending);

    List<FileInfo> Files(string ending) => List(folder => folder.GetFiles('*' + ending));

    List<DirectoryInfo> EngineFolders() => List(folder => folder.GetDirectories('*' + EnginesEnding));

    List<T> List<T>(Func<DirectoryInfo, T[]> list)
    {
        try
        {
            return [.. list(new DirectoryInfo(Folder))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static byte[] Header(string key) => Encoding.UTF8.GetBytes($"{key}\0");

    static string SystemFolder() =>
        OperatingSystem.IsMacOS() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "Library", "Caches")
        : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } folder && Path.IsPathRooted(folder) ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
}
