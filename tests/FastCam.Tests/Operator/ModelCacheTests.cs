using FastCam.Onnx.Runtime;


namespace FastCam.Tests.Operator;

public sealed class ModelCacheTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read_under_its_key_alone()
    {
        var cache = new ModelCache(_folder.File("new"));
        Assert.Null(cache.Read("a"));

        Assert.Null(cache.Write("a", [1, 2, 3]));
        Assert.Null(cache.Write("b", []));

        Assert.Equal([1, 2, 3], cache.Read("a"));
        Assert.Empty(cache.Read("b")!);
        Assert.Null(cache.Read("c"));
        Assert.Equal((2, 0), (cache.Size.Models, cache.Size.Choices));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(-1)]
    public void A_file_that_was_cut_off_is_none(int length)
    {
        var cache = new ModelCache(_folder.Path);
        cache.Write("key", new byte[1000]);
        var file = Assert.Single(Directory.GetFiles(_folder.Path));
        using (var open = File.OpenWrite(file))
            open.SetLength(length < 0 ? open.Length + length : length);

        Assert.Null(cache.Read("key"));
    }

    [Fact]
    public void A_file_with_one_byte_changed_or_under_another_key_is_none()
    {
        var cache = new ModelCache(_folder.Path);
        cache.Write("key", new byte[1000]);
        var file = Assert.Single(Directory.GetFiles(_folder.Path));
        cache.Write("other", [7]);
        var other = Directory.GetFiles(_folder.Path).Single(path => path != file);
        var bytes = File.ReadAllBytes(file);
        for (var at = 0; at < bytes.Length; at += 97)
        {
            bytes[at] ^= 4;
            File.WriteAllBytes(file, bytes);
            Assert.Null(cache.Read("key"));
            bytes[at] ^= 4;
        }
        File.Copy(other, file, overwrite: true);
        Assert.Null(cache.Read("key"));
    }

    [Fact]
    public void The_folder_stays_below_its_limit_and_keeps_what_was_used_last()
    {
        var cache = new ModelCache(_folder.Path, limit: 3500);
        foreach (var key in (string[])["a", "b", "c"])
        {
            cache.Write(key, new byte[1000]);
            Age(TimeSpan.FromMinutes(1));
        }
        Assert.NotNull(cache.Read("a"));

        cache.Write("d", new byte[1000]);

        Assert.InRange(cache.Size.Bytes, 3000, 3500);
        Assert.Null(cache.Read("b"));
        Assert.NotNull(cache.Read("a"));
        Assert.NotNull(cache.Read("d"));
    }

    [Fact]
    public void A_model_above_the_limit_is_kept_alone()
    {
        var cache = new ModelCache(_folder.Path, limit: 500);
        cache.Write("a", new byte[100]);
        cache.Write("b", new byte[1000]);

        Assert.Null(cache.Read("a"));
        Assert.NotNull(cache.Read("b"));
    }

    [Fact]
    public void What_an_ended_process_left_unfinished_goes_in_time()
    {
        var cache = new ModelCache(_folder.Path);
        var (old, young) = (_folder.Write("old.fastcam-unfinished", [1]), _folder.Write("young.fastcam-unfinished", [1]));
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-2));

        cache.Write("a", [1]);

        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
        cache.Clear();
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Nothing_that_is_not_its_own_is_counted_or_removed()
    {
        var cache = new ModelCache(_folder.Path, limit: 10);
        string[] foreign = [_folder.Write("theirs.model", new byte[1000]), _folder.Write("theirs.tmp", [1]), _folder.Write("theirs.choice", [1])];
        foreach (var file in foreign)
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));

        cache.Write("a", new byte[100]);
        cache.Write("b", [1], ModelCache.ChoiceEnding);
        Assert.Equal(1, cache.Size.Models + cache.Size.Choices);
        cache.Clear();

        Assert.Equal(foreign.Order(), Directory.GetFiles(_folder.Path).Order());
    }

    [Fact]
    public void A_folder_that_others_may_write_in_is_neither_read_nor_written()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions");
            return;
        }
        var cache = new ModelCache(_folder.Path);
        Assert.Null(cache.Write("a", [1]));
        File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherWrite);

        Assert.Null(cache.Read("a"));
        Assert.Contains("others may write", cache.Write("a", [2]));
        File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) & ~UnixFileMode.OtherWrite);
        Assert.Equal([1], cache.Read("a"));
    }

    [Fact]
    public void Each_models_engines_have_a_folder_of_their_own_and_count()
    {
        var cache = new ModelCache(_folder.File("new"), limit: 100);
        var (first, second) = (cache.EnginesOf([1, 2, 3])!, cache.EnginesOf([1, 2, 4])!);
        Assert.NotEqual(first, second);
        Assert.Equal(first, cache.EnginesOf([1, 2, 3]));
        File.WriteAllBytes(Path.Combine(first, "graph.engine"), new byte[60]);
        File.WriteAllBytes(Path.Combine(second, "graph.engine"), new byte[60]);
        Assert.Equal((0, 0, 2, 120L), cache.Size);

        cache.EnginesOf([1, 2, 3]);

        Assert.Equal(60, cache.Size.Bytes);
        Assert.True(File.Exists(Path.Combine(first, "graph.engine")), "what is about to be used went");
        cache.Clear();
        Assert.Equal((0, 0, 0, 0L), cache.Size);
    }

    [Fact]
    public void Engines_are_kept_in_no_folder_that_others_may_write_in()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions");
            return;
        }
        File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherWrite);

        Assert.Null(new ModelCache(_folder.Path).EnginesOf([1]));
        Assert.Null(new ModelCache(Path.Combine(_folder.Write("file", [1]), "below")).EnginesOf([1]));
    }

    [Fact]
    public void A_folder_that_cannot_be_is_said_and_nothing_is_thrown()
    {
        var cache = new ModelCache(Path.Combine(_folder.Write("file", [1]), "below"));

        Assert.NotNull(cache.Write("a", [1]));
        Assert.Null(cache.Read("a"));
        Assert.Equal((0, 0, 0, 0L), cache.Size);
        cache.Clear();
    }

    [Fact]
    public void The_folder_is_the_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions");
            return;
        }
        var cache = new ModelCache(_folder.File("new"));
        cache.Write("a", [1]);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(cache.Folder));
    }

    void Age(TimeSpan time)
    {
        foreach (var file in Directory.GetFiles(_folder.Path))
            File.SetLastAccessTimeUtc(file, File.GetLastAccessTimeUtc(file) - time);
    }
}
