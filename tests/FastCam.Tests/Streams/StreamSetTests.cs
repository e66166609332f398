using System.Diagnostics;
using FastCam.Cli;
using FastCam.Edge.Streams;
using FastCam.Onnx;
using FastCam.Onnx.Maps;
using FastCam.Video;
using FastCam.Video.Sources;

namespace FastCam.Tests.Streams;

/// <summary>Tests streams as a program has them: opened, started, watched and stopped, again and again in one process.</summary>
public sealed class StreamSetTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

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
        await Until(() => broken.Pipeline.Ledger.Accounts[0].Snapshot().Delivered > 0);
        Directory.Move(folder.File("out"), folder.File("gone"));

        var error = await Assert.ThrowsAsync<MediaException>(() => broken.Completion.WaitAsync(Patience));
        await whole.Completion.WaitAsync(Patience);

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
        var config = Config("test:160x90") with { Sinks = [$"file:{folder.File("a.mp4")}"] };

        var sinkError = await Assert.ThrowsAsync<MediaException>(
            () => streams.OpenAsync(config with { Sinks = [.. config.Sinks!, $"file:{folder.File("nowhere/b.mp4")}"] }));
        var modelError = await Assert.ThrowsAsync<ModelException>(() => streams.OpenAsync(config with { Normalise = "gauss-fixed" }));

        Assert.Equal((MediaFault.OutputUnwritable, ModelFault.BadManifest), (sinkError.Fault, modelError.Fault));
        Assert.False(File.Exists(folder.File("a.mp4")), "the first sink was not closed");
        var (stream, _) = await streams.OpenAsync(config);
        Assert.Equal("main", stream.Id);
    }

    [Fact]
    public void Every_fault_of_a_configuration_is_listed_at_once()
    {
        var config = new StreamConfig
        {
            Source = "test:0x0",
            Sinks = ["null:x", "web://127.0.0.1:1", "web://127.0.0.1:2"],
            StallAfter = 0,
            InputSize = new(0, 5),
            Statistic = "median",
            Epsilon = 2,
            HalfLife = double.NaN,
            Fade = -1,
            Smooth = 1e300,
            View = "all",
            Opacity = float.NaN,
            Colormap = "sepia",
        };

        var faults = config.Validate();

        string[] settings =
        [
            "source", "sink", "sink", "stall-after", "input-size", "statistic", "epsilon", "half-life", "fade", "smooth", "view", "opacity", "colormap",
        ];
        Assert.Equal(settings, faults.Select(fault => fault.Setting));
        Assert.All(faults, fault => Assert.EndsWith(".", fault.Sentence));
        Assert.Equal(faults, Assert.Throws<StreamConfigException>(config.ThrowIfInvalid).Faults);
    }

    [Theory]
    [InlineData("--opacity", "0", "1", "1.01")]
    [InlineData("--half-life", "0.01", "86400", "0.009")]
    [InlineData("--smooth", "0", "3600", "3600.5")]
    [InlineData("--stall-after", "0.2", "86400", "0.19")]
    public void The_command_line_and_the_configuration_agree_on_the_bounds(string option, string least, string most, string beyond)
    {
        // The source is not there, which is found out after the options.
        int Run(string value) => Cli.Cli.RunInside("run", "--source", "nowhere.mp4", "--sink", "null:", option, value).ExitCode;

        Assert.Equal((int)ExitCode.SourceNotFound, Run(least));
        Assert.Equal((int)ExitCode.SourceNotFound, Run(most));
        Assert.Equal((int)ExitCode.BadOption, Run(beyond));
    }

    [Fact]
    public void A_stream_without_a_sink_is_refused() =>
        Assert.Equal("sink", Assert.Single(new StreamConfig { Sinks = [] }.Validate()).Setting);

    [Fact]
    public void A_single_fault_is_its_own_sentence_and_names_its_setting()
    {
        var fault = Assert.Single(Assert.Throws<StreamConfigException>(() => new StreamConfig { Opacity = 1.1f }.ThrowIfInvalid()).Faults);

        Assert.Equal(new ConfigFault("opacity", "A number from 0 to 1 is wanted, not 1.1."), fault);
    }

    [Fact]
    public void Several_options_that_are_wrong_are_named_in_one_error()
    {
        var result = Cli.Cli.RunInside("run", "--source", "test:0x0", "--sink", "null:", "--sink", "out.avi");

        Assert.Equal((int)ExitCode.BadOption, result.ExitCode);
        Assert.StartsWith("fastcam: 2 options are wrong. --source: 'test:0x0' is not understood", result.Error);
        Assert.Contains("--sink: 'out.avi' is not understood: a video file's name ends in .mp4, .mov or .mkv; give web://HOST:PORT", result.Error);
    }

    [Fact]
    public void What_is_asked_for_by_default_is_valid_and_says_what_holds()
    {
        Assert.Empty(new StreamConfig().Validate());
        Assert.Empty(StreamConfig.Defaults.Validate());
        Assert.Equal(new Supervision(), new StreamConfig().SourceOptions.Supervision);
        Assert.Equal(new ExplanationOptions(), new StreamConfig().Explanation.Options);
    }

    [Fact]
    public async Task Two_streams_have_two_names()
    {
        await using var streams = new StreamSet();
        var (first, _) = await streams.OpenAsync(Config("test:160x90"));
        var (second, _) = await streams.OpenAsync(Config("test:160x90") with { Id = "door" });

        var error = await Assert.ThrowsAsync<StreamConfigException>(() => streams.OpenAsync(Config("test:160x90") with { Id = "door" }));
        await streams.CloseAsync(second);
        var (third, _) = await streams.OpenAsync(Config("test:160x90") with { Id = "door" });

        Assert.Equal("id", Assert.Single(error.Faults).Setting);
        Assert.Equal(("main", "door", "door"), (first.Id, second.Id, third.Id));
    }

    [Fact]
    public async Task Start_up_memory_is_given_back_once_no_other_stream_would_feel_it()
    {
        await using var streams = new StreamSet();
        var settled = 0;
        var hosts = new List<StreamHost>();
        for (var i = 0; i < 2; i++)
        {
            var (host, _) = await streams.OpenAsync(Config("test:160x90@30?pace=realtime"));
            host.Settled += _ => Interlocked.Increment(ref settled);
            hosts.Add(host);
        }
        foreach (var host in hosts)
            host.Start();
        await Until(() => Volatile.Read(ref settled) == 2);
        Assert.True(streams.HoldsMemory);

        await streams.CloseAsync(hosts[0]);

        Assert.False(streams.HoldsMemory);
    }

    [Fact]
    public async Task A_set_that_is_closed_opens_no_more_and_has_closed_all()
    {
        var streams = new StreamSet();
        var (stream, _) = await streams.OpenAsync(Config("test:160x90?pace=realtime"));
        stream.Start();
        await streams.DisposeAsync();

        Assert.True(stream.Completion.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => streams.OpenAsync(Config("test:160x90")));
    }

    static async Task Until(Func<bool> condition)
    {
        for (var clock = Stopwatch.StartNew(); !condition(); await Task.Delay(10))
            Assert.True(clock.Elapsed < Patience, "it did not happen");
    }
}
