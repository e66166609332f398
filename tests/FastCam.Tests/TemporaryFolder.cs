namespace FastCam.Tests;

/// <summary>A folder for one test, gone after it, or for the suite.</summary>
sealed class TemporaryFolder : IDisposable
{
    /// <summary>Creates a folder that goes when the suite ends.</summary>
    public static TemporaryFolder OfTheSuite()
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        return folder;
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("fastcam-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(File(name), content);
        return File(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
