using FastCam.Edge;
using FastCam.Edge.Streams;
using FastCam.Video;

namespace FastCam.Tests.Streams;

/// <summary>Tests streams as a program has them: opened, started, watched and stopped, again and again in one process.</summary>
public sealed class StreamSetTests
{
    static StreamConfig Config(string source) =>
        new() { Source = source, Sinks = ["null:"], Model = "efficientnet-lite0-int8", Provider = "cpu", ExplainBy = "taps" };

    [Fact]
    public async Task A_stream_is_created_started_stopped_and_observed_twice_in_one_process()
    {
        for (var time = 0; time < 2; time++)
        {
            await using var streams = new StreamSet();
            var (stream, _) = await streams.OpenAsync(Config("test:160x90?frames=20"));
            stream.Start();
            await stream.Completion;
            Assert.Equal(20, stream.Pipeline.Ledger.Accounts[0].Snapshot().Delivered);

            Assert.Equal("main", stream.Id);
            Assert.Equal("The source has ended.", stream.View.End?.Reason);
        }
    }

    [Fact]
    public async Task A_stream_that_was_never_started_ends_at_once_and_without_a_frame()
    {
        await using var streams = new StreamSet();
        var (stream, _) = await streams.OpenAsync(Config("test:160x90"));

        await streams.CloseAsync(stream);

        Assert.True(stream.Completion.IsCompletedSuccessfully);
        Assert.Equal(0, stream.Pipeline.Ledger.Accounts[0].Snapshot().Captured);
        Assert.Equal("FastCam.Edge was stopped.", stream.View.End?.Reason);
    }

    [Fact]
    public async Task A_stream_that_fails_leaves_the_one_beside_it_alone()
    {
        using var folder = new TemporaryFolder();
        await using var streams = new StreamSet();
        var (whole, _) = await streams.OpenAsync(Config("test:160x90@100?frames=200&pace=realtime"));
        var (broken, _) = await streams.OpenAsync(Config("test:160x90@100?pace=realtime") with { Sinks = [$"images:{folder.File("out")}"] });
        whole.Start();
        broken.Start();
        await Task.Delay(500);
        Directory.Move(folder.File("out"), folder.File("gone"));

        var error = await Assert.ThrowsAsync<MediaException>(() => broken.Completion);
        await whole.Completion;

        Assert.Equal(MediaFault.SinkFailed, error.Fault);
        Assert.True(broken.View.End?.IsFailure);
        Assert.Equal(("main", "stream2"), (whole.Id, broken.Id));
        var (account, other) = (whole.Pipeline.Ledger.Accounts[0].Snapshot(), broken.Pipeline.Ledger.Accounts[0].Snapshot());
        Assert.Equal((200, 200, 0), (account.Captured, account.Delivered, account.InFlight));
        Assert.True(other is { Balanced: true, InFlight: 0 });
    }

    [Fact]
    public async Task What_cannot_be_opened_leaves_nothing_open()
    {
        using var folder = new TemporaryFolder();
        await using var streams = new StreamSet();
        var config = Config("test:160x90") with { Sinks = [$"file:{folder.File("a.mp4")}", $"file:{folder.File("nowhere/b.mp4")}"] };

        var error = await Assert.ThrowsAsync<MediaException>(() => streams.OpenAsync(config));

        Assert.Equal(MediaFault.OutputUnwritable, error.Fault);
        Assert.False(File.Exists(folder.File("a.mp4")), "the first sink was not closed");
    }

    [Fact]
    public void Every_fault_of_a_configuration_is_listed_at_once()
    {
        var config = new StreamConfig
        {
            Source = "test:0x0",
            Sinks = ["null:x", "web://127.0.0.1:1", "web://127.0.0.1:2"],
            StallAfter = 0,
            Statistic = "median",
            Epsilon = 2,
            Fade = -1,
            View = "all",
            Opacity = float.NaN,
            Colormap = "sepia",
        };

        var faults = config.Validate();

        string[] settings = ["source", "sink", "sink", "stall-after", "statistic", "epsilon", "fade", "view", "opacity", "colormap"];
        Assert.Equal(settings, faults.Select(fault => fault.Setting));
        Assert.All(faults, fault => Assert.EndsWith(".", fault.Sentence));
        Assert.StartsWith("10 settings are wrong. source: ", Assert.Throws<EdgeException>(config.ThrowIfInvalid).Message);
    }

    [Fact]
    public void A_single_fault_is_its_own_sentence_and_names_its_setting()
    {
        var error = Assert.Throws<EdgeException>(() => new StreamConfig { Opacity = 2 }.ThrowIfInvalid());

        Assert.Equal(("A number from 0 to 1 is wanted, not 2.", "opacity", EdgeFault.BadSetting), (error.Message, error.Setting, error.Fault));
    }

    [Fact]
    public void What_is_asked_for_by_default_is_valid_and_says_what_holds()
    {
        Assert.Empty(new StreamConfig().Validate());
        Assert.Empty(StreamConfig.Defaults.Validate());
        Assert.Equal(StreamConfig.Defaults.SourceOptions, new StreamConfig().SourceOptions);
        Assert.Equal(StreamConfig.Defaults.Explanation, new StreamConfig().Explanation);
        Assert.Equal(StreamConfig.Defaults.Overlay, new StreamConfig().Overlay);
    }
}
