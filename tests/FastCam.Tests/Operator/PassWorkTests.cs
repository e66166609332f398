using System.Collections.Concurrent;
using FastCam.Onnx;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;

namespace FastCam.Tests.Operator;

public sealed class PassWorkTests
{
    const int Layers = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void It_is_done_within_the_pass_when_the_last_map_is_there(int threads)
    {
        using var network = Open(ExplainBy.Operator, threads);
        using var slot = network.CreateSlot();
        slot.Input.Fill(0.5f);
        using var work = new RecordedWork(slot, maps: true);
        for (var pass = 0; pass < 3; pass++)
        {
            for (var layer = 0; layer < Layers; layer++) ClearMap(slot, layer);

            work.During(network, slot);

            Assert.True(work.HadMaps);
            AssertInPhases(work);
            work.FinishHere();
            AssertInPhases(work);
        }
    }

    [Fact]
    public void A_pass_without_operators_leaves_it_to_the_thread_that_ran_it()
    {
        using var network = Open(ExplainBy.Taps, 2);
        using var slot = network.CreateSlot();
        using var work = new RecordedWork(slot, maps: false);

        work.During(network, slot);
        Assert.Empty(work.Done);

        work.FinishHere();
        AssertInPhases(work);
        Assert.Equal([Environment.CurrentManagedThreadId], work.Threads.Distinct());
    }

    [Fact]
    public void A_pass_that_was_not_to_do_it_does_not()
    {
        using var network = Open(ExplainBy.Operator, 2);
        using var slot = network.CreateSlot();
        using var work = new RecordedWork(slot, maps: true);
        work.During(network, slot);
        work.Forget();

        network.Run(slot);

        Assert.Empty(work.Done);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_part_that_throws_fails_the_pass_with_its_words_and_the_next_pass_works(int phase)
    {
        using var network = Open(ExplainBy.Operator, 2);
        using var slot = network.CreateSlot();
        using var work = new RecordedWork(slot, maps: true) { Fails = phase };

        var error = Assert.Throws<ModelException>(() => work.During(network, slot));
        Assert.Contains("a part of the work failed", error.Message);

        work.Fails = null;
        work.During(network, slot);
        AssertInPhases(work);
    }

    static Network Open(ExplainBy by, int threads)
    {
        var network = Network.Open(Model.Load(Repository.File("models", "efficientnet-lite0.onnx")), "cpu", threads, new ExplanationOptions { By = by });
        Assert.Equal(by, network.ExplainBy);
        return network;
    }

    static unsafe void ClearMap(NetworkSlot slot, int layer)
    {
        var map = slot.Map(layer);
        fixed (float* values = map) new Span<float>(values, map.Length).Clear();
    }

    static void AssertInPhases(RecordedWork work)
    {
        Assert.Equal([0, 0, 0, 1, 1], work.Done.Select(part => part.Phase));
        Assert.Equal([(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)], work.Done.Order());
    }

    sealed class RecordedWork(NetworkSlot slot, bool maps) : PassWork
    {
        public ConcurrentQueue<(int Phase, int Part)> Done { get; } = [];

        public ConcurrentQueue<int> Threads { get; } = [];

        public bool HadMaps { get; private set; }

        public int? Fails { get; set; }

        protected override int Phases => 2;

        public void During(Network network, NetworkSlot input)
        {
            Forget();
            HadMaps = false;
            Await(Layers);
            try
            {
                network.Run(input);
            }
            finally
            {
                AwaitNoMore();
            }
        }

        public void FinishHere() => Finish();

        public void Forget()
        {
            Done.Clear();
            Threads.Clear();
        }

        protected override int PartsOf(int phase) => phase == 0 ? 3 : 2;

        protected override void Do(int phase, int part)
        {
            if (phase == Fails) throw new InvalidOperationException("a part of the work failed");
            if (phase == 0 && part == 0) HadMaps = maps && Enumerable.Range(0, Layers).All(layer => slot.Map(layer).ContainsAnyExcept(0));
            Done.Enqueue((phase, part));
            Threads.Enqueue(Environment.CurrentManagedThreadId);
        }
    }
}
