using FastCam.Lab.Generation;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.Strategies;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Statistics;
using FastCam.Tests.Onnx;

namespace FastCam.Tests.Strategies;

public sealed class StrategyTunerTests : IDisposable
{
    const int Side = 96;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly TemporaryFolder _folder = new();
    readonly ModelCache _cache;
    readonly byte[] _pixels = new byte[Side * Side * 3 / 2];

    public StrategyTunerTests()
    {
        _cache = new ModelCache(_folder.File("cache"));
        new Random(5).NextBytes(_pixels);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Strategies_take_turns_with_the_same_maps_and_the_quickest_goes_on()
    {
        var (choice, by) = Search(Generate());

        Assert.False(choice.Remembered);
        Assert.Equal(
            BlockedLayout.ChannelsInBlock > 0
                ? [ExplainStrategy.Taps, ExplainStrategy.Operator, ExplainStrategy.Blocked]
                : [ExplainStrategy.Taps, ExplainStrategy.Operator],
            choice.Times.Select(timing => timing.Strategy));
        // The quickest, or a simpler one that is as good as that.
        var taken = choice.Times.First(timing => timing.Strategy == choice.Strategy).Milliseconds;
        var quickest = choice.Times.Min(timing => timing.Milliseconds);
        Assert.InRange(quickest, taken * (1 - StrategyTrial.Margin) - 1e-9, taken);
        Assert.All(
            choice.Times.Where(timing => timing.Strategy < choice.Strategy),
            simpler => Assert.True(simpler.Milliseconds * (1 - StrategyTrial.Margin) > quickest - 1e-9));
        Assert.Equal(Name(choice.Strategy), by);
        Assert.StartsWith($"{choice.Strategy.ToString().ToLowerInvariant()}, ", choice.ToString());
    }

    [Fact]
    public void The_second_start_takes_the_choice_of_the_first()
    {
        var model = Generate();
        var (first, _) = Search(model);

        var (second, by) = Search(model);

        Assert.True(second.Remembered);
        Assert.Equal((first.Strategy, Name(first.Strategy)), (second.Strategy, by));
        Assert.Equal(first.Times, second.Times);
        Assert.Contains("measured at an earlier start", second.ToString());
    }

    [Theory]
    [InlineData(ExplainStrategy.Taps)]
    [InlineData(ExplainStrategy.Operator)]
    public void A_kept_choice_is_taken_whatever_it_is(ExplainStrategy strategy)
    {
        var model = Generate();
        Search(model);
        Replace(Kept(strategy, DateTimeOffset.UtcNow));

        var (choice, by) = Search(model);

        Assert.True(choice.Remembered);
        Assert.Equal((strategy, Name(strategy)), (choice.Strategy, by));
    }

    [Theory]
    [InlineData(-31)]
    [InlineData(2)]
    public void A_choice_of_too_long_ago_or_of_the_future_is_made_anew(int days)
    {
        var model = Generate();
        Search(model);
        Replace(Kept(ExplainStrategy.Operator, DateTimeOffset.UtcNow.AddDays(days)));

        Assert.False(Search(model).Choice.Remembered);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"by":"operator","times":[]}""")]
    [InlineData("""{"by":"magic","times":[{"by":"magic","milliseconds":1,"passes":1}]}""")]
    [InlineData("""{"by":"operator","times":[null]}""")]
    public void A_kept_choice_that_says_nothing_is_made_anew(string kept)
    {
        var model = Generate();
        Search(model);
        Replace(kept);

        var (choice, _) = Search(model);

        Assert.False(choice.Remembered);
        Assert.True(choice.Times.Count >= 2);
    }

    [Fact]
    public void Another_number_of_threads_or_another_statistic_is_another_choice()
    {
        var model = Generate();
        Search(model);

        Assert.False(Search(model, threads: 2).Choice.Remembered);
        Assert.False(Search(model, new ExplanationOptions { Statistic = Statistic.Create("std")! }).Choice.Remembered);
        Assert.True(Search(model).Choice.Remembered);
    }

    [Fact]
    public void A_statistic_that_no_operator_computes_stays_by_taps_and_says_so()
    {
        var (choice, by) = Search(Generate(), new ExplanationOptions { Statistic = Statistic.Create("shannon")! });

        Assert.Equal((ExplainStrategy.Taps, "taps"), (choice.Strategy, by));
        Assert.Equal("Not explaining by operator or blocked: no operator computes shannon.", Assert.Single(choice.Notices));
    }

    [Fact]
    public void A_quantised_model_goes_without_the_blocked_layout_and_says_so()
    {
        Assert.SkipWhen(BlockedLayout.ChannelsInBlock == 0, "ONNX Runtime has no blocked layout on this processor");

        var (choice, _) = Search(Model.Load(Repository.File("models", "efficientnet-lite0-int8.onnx")), tolerance: 1e-5f);

        Assert.Equal([ExplainStrategy.Taps, ExplainStrategy.Operator], choice.Times.Select(timing => timing.Strategy));
        Assert.Equal(
            "Not explaining by blocked: ONNX Runtime keeps no scale end of efficientnet-lite0-int8 in a blocked layout.", Assert.Single(choice.Notices));
    }

    [Fact]
    public void A_choice_that_cannot_be_kept_is_taken_all_the_same_and_said()
    {
        var (choice, _) = Search(Generate(), cache: new ModelCache(Path.Combine(_folder.Write("file", [1]), "below")));

        Assert.True(choice.Times.Count >= 2);
        Assert.Contains(choice.Notices, notice => notice.Contains("not kept for the next start"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_strategy_that_fails_in_a_contest_ends_it_and_its_frame_is_explained_by_taps(bool includesOwn)
    {
        var model = Generate();
        using var explained = CpuNetwork.Explain(model, 1);
        using var other = CpuNetwork.Open(model, 1, new ExplanationOptions { Strategy = ExplainStrategy.Operator });
        using var explainer = explained.CreateExplainer();
        var explanation = explained.CreateExplanation();
        Explain(explainer, explanation);
        var expected = explanation.Combined.ToArray();
        using var broken = new ExplainedPass(other, new ExplanationOptions());
        broken.Slot.Binding.ClearBoundInputs();
        var contest = new StrategyContest(explained.Network, [broken], includesOwn);
        explainer.Enter(contest);

        for (var frame = 0; frame < 4; frame++)
        {
            Array.Clear(explanation.Combined);
            Explain(explainer, explanation);
            Assert.Equal(expected, explanation.Combined);
        }

        var outcome = await contest.Outcome;
        Assert.NotSame(broken, outcome.Best);
        Assert.Null(outcome.Retired);
        Assert.Contains("forward pass", outcome.Failure!.Message);
        Assert.Equal("taps", explainer.By);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_network_that_is_closed_before_its_first_frame_or_within_the_contest_ends_the_search(bool isInContest)
    {
        var network = Open(Generate());
        var taps = network.Network;
        var explainer = network.CreateExplainer();
        var end = DateTime.UtcNow + Patience;
        while (isInContest && !explainer.IsInContest)
        {
            Assert.True(DateTime.UtcNow < end, "the contest never began");
            Explain(explainer, network.CreateExplanation());
        }
        explainer.Dispose();
        network.Dispose();

        Assert.Null(await network.Choice);
        Assert.True(taps.IsClosed);
        Assert.Throws<ObjectDisposedException>(network.CreateExplainer);
        Assert.Throws<ObjectDisposedException>(network.Share);
    }

    [Fact]
    public async Task Streams_that_run_at_once_on_one_network_have_their_maps_while_its_strategy_changes()
    {
        using var network = Open(Generate());
        var expected = network.CreateExplanation();
        using (var first = network.CreateExplainer())
            Explain(first, expected);

        var streams = Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(() =>
        {
            using var explainer = network.CreateExplainer();
            var explanation = network.CreateExplanation();
            var end = DateTime.UtcNow + Patience;
            for (var left = 5; left > 0; left -= network.Choice.IsCompleted ? 1 : 0)
            {
                Assert.True(DateTime.UtcNow < end, "no strategy was chosen");
                Explain(explainer, explanation);
                for (var i = 0; i < expected.Combined.Length; i++)
                    Assert.Equal(expected.Combined[i], explanation.Combined[i], 2e-6f);
            }
            return explainer.By;
        }, TaskCreationOptions.LongRunning)).ToList();

        var by = await Task.WhenAll(streams);

        Assert.All(by, strategy => Assert.Equal(Name(network.Choice.Result!.Strategy), strategy));
    }

    [Fact]
    public async Task Streams_that_share_a_network_go_on_by_what_the_frames_of_one_have_found()
    {
        var used = new HashSet<Network>();
        var model = Generate();
        using (var first = Open(model))
        {
            using var second = first.Share();
            using Explainer one = first.CreateExplainer(), other = second.CreateExplainer();
            var (mine, others) = (first.CreateExplanation(), second.CreateExplanation());
            used.Add(first.Network);
            Explain(other, others);
            var end = DateTime.UtcNow + Patience;
            while (!first.Choice.IsCompleted)
            {
                Assert.True(DateTime.UtcNow < end, "no strategy was chosen");
                Explain(one, mine);
            }

            Explain(other, others);

            Assert.Equal(Name((await first.Choice)!.Strategy), one.By);
            Assert.Equal(one.By, other.By);
            used.Add(first.Network);
            for (var i = 0; i < mine.Combined.Length; i++)
                Assert.Equal(mine.Combined[i], others.Combined[i], 2e-6f);
        }

        Assert.All(used, network => Assert.True(network.IsClosed));
    }

    [Fact]
    public async Task A_stream_that_ends_within_the_contest_leaves_it_to_the_next()
    {
        using var network = Open(Generate());
        var explanation = network.CreateExplanation();
        using (var first = network.CreateExplainer())
            Explain(first, explanation);
        var end = DateTime.UtcNow + Patience;
        var isEntered = false;
        while (!network.Choice.IsCompleted)
        {
            Assert.True(DateTime.UtcNow < end, "no strategy was chosen");
            using var explainer = network.CreateExplainer();
            // Each ends after a few frames, until the contest has been left by one: then one stays.
            for (var frame = 0; frame < 3 || isEntered && !network.Choice.IsCompleted; frame++)
            {
                Assert.True(DateTime.UtcNow < end, "the contest was not left to the next stream");
                Explain(explainer, explanation);
            }
            isEntered |= explainer.IsInContest;
        }

        Assert.True(isEntered, "no stream was in the contest when it ended");
        Assert.True((await network.Choice)!.Times.Count >= 2);
    }

    /// <summary>Explains one image until the choice is made, and some more: every map is that of the taps.</summary>
    (StrategyChoice Choice, string By) Search(
        Model model, ExplanationOptions? options = null, int threads = 1, ModelCache? cache = null, float tolerance = 2e-6f)
    {
        using var network = Open(model, options, threads, cache);
        using var explainer = network.CreateExplainer();
        var explanation = network.CreateExplanation();
        Explain(explainer, explanation);
        var (expected, answer) = (explanation.Combined.ToArray(), explanation.Predictions.Best);
        var end = DateTime.UtcNow + Patience;
        for (var left = 10; left > 0; left -= network.Choice.IsCompleted ? 1 : 0)
        {
            Assert.True(DateTime.UtcNow < end, "no strategy was chosen");
            Explain(explainer, explanation);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.True(
                    Math.Abs(expected[i] - explanation.Combined[i]) <= tolerance,
                    $"by {explainer.By}, value {i}: {explanation.Combined[i]:R} for {expected[i]:R}");
            }
            Assert.Equal(answer, explanation.Predictions.Best);
        }
        return (network.Choice.Result!, explainer.By);
    }

    ExplainedNetwork Open(Model model, ExplanationOptions? options = null, int threads = 1, ModelCache? cache = null) => ExplainedNetwork.Open(
        model,
        new NetworkOptions
        {
            Provider = "cpu",
            Threads = threads,
            Explanation = options ?? new ExplanationOptions(),
            TunesStrategy = true,
            Cache = cache ?? _cache,
        });

    static string Kept(ExplainStrategy strategy, DateTimeOffset measured) => System.Text.Encoding.UTF8.GetString(
        new StrategyChoice(strategy, [new StrategyTiming(strategy, 1, 20)], false, []) { Measured = measured }.ToBytes());

    unsafe void Explain(Explainer explainer, FrameExplanation explanation)
    {
        fixed (byte* data = _pixels)
            explainer.Explain(I420.Packed(data, Side, Side), FitRule.Stretch, explanation);
    }

    /// <summary>Puts another choice in the place of the one that is kept, under its key.</summary>
    void Replace(string choice)
    {
        var key = File.ReadAllText(Assert.Single(Directory.GetFiles(_cache.Folder, "*" + ModelCache.ChoiceEnding))).Split('\0')[0];
        _cache.Write(key, System.Text.Encoding.UTF8.GetBytes(choice), ModelCache.ChoiceEnding);
    }

    static string Name(ExplainStrategy strategy) => StrategyChoice.Name(strategy);

    Model Generate() => Model.Load(_folder.Write("net.onnx", GeneratedNetworks.Write("mobilenetv2", new GeneratorOptions { InputSize = Side, Seed = 3 }).File));
}
