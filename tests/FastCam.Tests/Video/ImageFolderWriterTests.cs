using FastCam.Video;
using FastCam.Video.Accounting;
using FastCam.Video.Frames;
using FastCam.Video.Sources.Uris;
using FastCam.Video.Stills;
using FastCam.Video.Writers;

namespace FastCam.Tests.Video;

public sealed class ImageFolderWriterTests : IDisposable
{
    static readonly FrameFormat Format = new(641, 359);

    readonly TemporaryFolder _folder = new();
    readonly Ledger _ledger = new("pattern");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_frame_is_a_file_named_by_its_number()
    {
        var account = _ledger.Open("images");
        using (var sink = new ImageFolderWriter(account, _folder.File("a/b")))
        {
            sink.WritePattern(_ledger, Format, Sourcing.Times(3), first: 99);
            sink.WritePattern(_ledger, new(160, 90), Sourcing.Times(1), first: 102);
            sink.Complete();
        }

        Assert.Equal((4, 0), (account.Snapshot().Delivered, account.Snapshot().InFlight));
        Assert.True(account.Snapshot().Balanced);
        using var source = SourceUri.Parse(_folder.File("a/b")).Open(new());
        Assert.Equal([99, 100, 101, 102], source.ReadAll().Select(frame => frame.Number ?? -1));
        Assert.True(File.Exists(_folder.File("a/b/frame-000000099.jpg")));
    }

    [Fact]
    public void An_existing_file_is_kept_unless_forced()
    {
        var account = _ledger.Open("images");
        using var careful = new ImageFolderWriter(account, _folder.Path);
        File.WriteAllText(_folder.File("frame-000000001.jpg"), "precious"); // while it is open
        var later = Assert.Throws<MediaException>(() => new ImageFolderWriter(new Ledger("later").Open("images"), _folder.Path));
        Assert.Equal(MediaFault.OutputExists, later.Fault);
        var error = Assert.Throws<MediaException>(() => careful.WritePattern(_ledger, Format, Sourcing.Times(3)));
        Assert.Equal(MediaFault.OutputExists, error.Fault);
        Assert.Contains("frame-000000001.jpg", error.Message);
        Assert.Equal("precious", File.ReadAllText(_folder.File("frame-000000001.jpg")));
        Assert.Equal((1, 1, 0), (account.Snapshot().Delivered, account.Snapshot().Dropped(DropReason.SinkFailed), account.Snapshot().InFlight));

        var other = new Ledger("pattern");
        using var forced = new ImageFolderWriter(other.Open("images"), _folder.Path, force: true);
        forced.WritePattern(other, Format, Sourcing.Times(3));
        Assert.Equal(Format, StillImage.Load(_folder.File("frame-000000001.jpg")).Format);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(_folder.File("file"), "");
        var error = Assert.Throws<MediaException>(() => new ImageFolderWriter(_ledger.Open("images"), _folder.File("file")));
        Assert.Equal(MediaFault.OutputUnwritable, error.Fault);
        Assert.Contains(_folder.File("file"), error.Message);
    }

    [Fact]
    public void A_folder_that_vanishes_fails_in_a_sentence()
    {
        var account = _ledger.Open("images");
        using var sink = new ImageFolderWriter(account, _folder.File("gone"));
        Directory.Delete(_folder.File("gone"));
        var error = Assert.Throws<MediaException>(() => sink.WritePattern(_ledger, Format, Sourcing.Times(1)));
        Assert.Equal(MediaFault.SinkFailed, error.Fault);
        Assert.True(account.Snapshot().Balanced && account.Snapshot().InFlight == 0);
    }

    [Fact]
    public void Writing_allocates_no_more_than_opening_a_file_does()
    {
        using var sink = new ImageFolderWriter(_ledger.Open("images"), _folder.Path);
        using var pool = new FramePool(Format, 1);
        var frame = pool.Rent()!;
        var before = 0L;
        for (var i = 0; i < 50; i++)
        {
            if (i == 10)
                before = GC.GetAllocatedBytesForCurrentThread();
            frame.Begin(new FrameInfo("a stream", i));
            _ledger.Captured(i);
            sink.Write(frame);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 40, 0, 1500);
    }
}
