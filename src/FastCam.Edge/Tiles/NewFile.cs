namespace FastCam.Edge.Tiles;

/// <summary>A file that has its name only once it is whole: until then it is <c>NAME.part</c>, and gone if it never becomes whole.</summary>
sealed class NewFile(string path) : IDisposable
{
    readonly string _part = path + ".part";
    bool _kept;

    public FileStream Stream { get; } = new(path + ".part", FileMode.Create, FileAccess.ReadWrite);

    /// <summary>Closes the file and gives it its name, in the place of one that may have had it.</summary>
    public void Keep()
    {
        Stream.Dispose();
        File.Move(_part, path, overwrite: true);
        _kept = true;
    }

    public void Dispose()
    {
        if (_kept) return;
        Stream.Dispose();
        File.Delete(_part);
    }
}
