using System.Security.Cryptography;
using System.Text;

namespace FastCam.Onnx.Operator;

/// <summary>
/// Rewritten models on disk, so that the second start is a quick one. A file holds the key that it was made for and a hash of its content: one that
/// is damaged, or of another model, runtime or processor, is as good as none. The folder is kept below a size; what was not used for longest goes first.
/// </summary>
public sealed class ModelCache
{
    /// <summary>The environment variable that names another folder.</summary>
    public const string Variable = "FASTCAM_CACHE";

    /// <summary>The largest size of the folder, in bytes: 2 GiB.</summary>
    public const long DefaultLimit = 2L << 30;

    const string Ending = ".model";
    const string Unfinished = ".tmp";

    static readonly TimeSpan LongestWriting = TimeSpan.FromHours(1);

    readonly long _limit;

    /// <param name="folder">Where; made when the first model is written.</param>
    /// <param name="limit">The largest size, in bytes.</param>
    public ModelCache(string folder, long limit = DefaultLimit) => (Folder, _limit) = (folder, limit);

    /// <summary>The user's cache: the folder that <see cref="Variable"/> names, else <c>fastcam</c> where the system keeps caches (XDG_CACHE_HOME or ~/.cache on Linux).</summary>
    public static ModelCache Default => new(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : Path.Combine(SystemFolder(), "fastcam"));

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>How many models it holds, and their bytes.</summary>
    public (int Count, long Bytes) Size
    {
        get
        {
            var models = Files(Ending);
            return (models.Count, models.Sum(file => file.Length));
        }
    }

    /// <summary>The model that was written under this key, or null.</summary>
    public byte[]? Read(string key)
    {
        try
        {
            var path = PathOf(key);
            using var file = File.OpenRead(path);
            var header = Header(key);
            var found = new byte[header.Length + SHA256.HashSizeInBytes];
            if (file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) < found.Length || !found.AsSpan(0, header.Length).SequenceEqual(header)) return null;
            var model = new byte[file.Length - found.Length];
            file.ReadExactly(model);
            if (!SHA256.HashData(model).AsSpan().SequenceEqual(found.AsSpan(header.Length))) return null;
            File.SetLastAccessTimeUtc(path, DateTime.UtcNow);
            return model;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Writes a model, whole or not at all, and makes room for it.</summary>
    /// <returns>What hindered it, for people; null where nothing did.</returns>
    public string? Write(string key, byte[] model)
    {
        try
        {
            MakeFolder();
            var unfinished = Path.Combine(Folder, $"{Guid.NewGuid():N}{Unfinished}");
            using (var file = File.Create(unfinished))
            {
                file.Write(Header(key));
                file.Write(SHA256.HashData(model));
                file.Write(model);
            }
            File.Move(unfinished, PathOf(key), overwrite: true);
            Prune(PathOf(key));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Removes every model.</summary>
    /// <exception cref="IOException">One cannot be removed.</exception>
    public void Clear()
    {
        foreach (var file in Files(Ending).Concat(Files(Unfinished))) file.Delete();
    }

    void Prune(string newest)
    {
        foreach (var file in Files(Unfinished).Where(file => DateTime.UtcNow - file.LastWriteTimeUtc > LongestWriting)) file.Delete();
        var models = Files(Ending);
        var bytes = models.Sum(file => file.Length);
        foreach (var file in models.Where(file => file.FullName != newest).OrderBy(file => file.LastAccessTimeUtc))
        {
            if (bytes <= _limit) return;
            bytes -= file.Length;
            file.Delete();
        }
    }

    /// <summary>Nobody else may write here: what lies here is run.</summary>
    void MakeFolder()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Folder);
        else Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    string PathOf(string key) => Path.Combine(Path.GetFullPath(Folder), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32] + Ending);

    List<FileInfo> Files(string ending)
    {
        try
        {
            return [.. new DirectoryInfo(Folder).GetFiles('*' + ending)];
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
