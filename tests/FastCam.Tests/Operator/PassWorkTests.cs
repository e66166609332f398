using System.Collections.Concurrent;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;
using FastCam.Onnx.Operator;
using FastCam.Tests.Onnx;

namespace FastCam.Tests.Operator;

public sealed class PassWorkTests
{
    const int Layers = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void It_is_done_within_the_pass_when_the_last_map_is_there(int threads)
    {
        using var network = Open(ExplainStrategy.Operator, threads);
        using var slot = network.CreateSlot();
        slot.Input.Fill(0.5f);
        using var work = new RecordedWork(slot, maps: true);
        for (var pass = 0; pass < 3; pass++)
        {
            for (var layer = 0; layer < Layers; layer++)
                ClearMap(slot, layer);

            work.During(network, slot);

            Assert.True(work.IsDone);
            Assert.True(work.HadMaps);
            AssertInPhases(work);
            work.Finish();
            AssertInPhases(work);
        }
    }

    [Fact]
    public void A_pass_without_operators_leaves_it_to_the_thread_that_ran_it()
    {
        using var network = Open(ExplainStrategy.Taps, 2);
        using var slot = network.CreateSlot();
        using var work = new RecordedWork(slot, maps: false);

        work.During(network, slot);
        Assert.Empty(work.Done);

        work.Finish();
        AssertInPhases(work);
        Assert.Equal([Environment.CurrentManagedThreadId], work.Threads.Distinct());
    }

    [Fact]
    public void A_pass_that_was_not_to_do_it_does_not()
    {
        using var network = Open(ExplainStrategy.Operator, 2);
        using var slot = network.CreateSlot();
        using var work = new RecordedWork(slot, maps: true);
        work.During(network, slot, 2 * Layers);

        network.Run(slot);

        Assert.Empty(work.Done);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void What_a_part_throws_comes_out_as_it_is_and_the_next_pass_works(int phase)
    {
        using var network = Open(ExplainStrategy.Operator, 2);
        using var slot = network.CreateSlot();
        using var work = new RecordedWork(slot, maps: true) { Fails = phase };

        Assert.Equal(RecordedWork.Failure, Assert.Throws<InvalidOperationException>(() => work.During(network, slot)).Message);
        Assert.False(work.IsDone);
        Assert.True(work.HasForgotten);

        work.Fails = null;
        work.During(network, slot);
        AssertInPhases(work);
    }

    [Fact]
    public void It_is_ended_twice_without_harm()
    {
        using var network = Open(ExplainStrategy.Operator, 1);
        using var slot = network.CreateSlot();
        var ended = new RecordedWork(slot, maps: true);
        ended.During(network, slot);
        ended.Dispose();
        using var other = new RecordedWork(slot, maps: true);
        other.During(network, slot);

        ended.Dispose();

        other.During(network, slot);
        AssertInPhases(other);
    }

    static Network Open(ExplainStrategy by, int threads)
    {
        var network = CpuNetwork.Open(Model.Load(Repository.File("models", "efficientnet-lite0.onnx")), threads, new ExplanationOptions { Strategy = by });
        Assert.Equal(by, network.Strategy);
        return network;
    }

    static unsafe void ClearMap(NetworkSlot slot, int layer)
    {
        var map = slot.Map(layer);
        fixed (float* values = map)
            new Span<float>(values, map.Length).Clear();
    }

    static void AssertInPhases(RecordedWork work)
    {
        Assert.Equal([0, 0, 0, 1, 1], work.Done.Select(part => part.Phase));
        Assert.Equal([(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)], work.Done.Order());
    }

    sealed class RecordedWork(NetworkSlot slot, bool maps) : PassWork
    {
        public const string Failure = "a part of the work failed";

        Network? _network;
        NetworkSlot? _input;

        public ConcurrentQueue<(int Phase, int Part)> Done { get; } = [];

        public ConcurrentQueue<int> Threads { get; } = [];

        public bool HadMaps { get; private set; }

        public bool HasForgotten { get; private set; }

        public int? Fails { get; set; }

        protected override int Phases => 2;

        public void During(Network network, NetworkSlot input, int awaited = Layers)
        {
            (_network, _input) = (network, input);
            Done.Clear();
            Threads.Clear();
            (HadMaps, HasForgotten) = (false, false);
            Run(awaited);
        }

        protected override void RunPass() => _network!.Run(_input!);

        protected override int PartsOf(int phase) => phase == 0 ? 3 : 2;

        protected override void Do(int phase, int part)
        {
            if (phase == Fails)
                throw new InvalidOperationException(Failure);
            if (phase == 0 && part == 0)
                HadMaps = maps && Enumerable.Range(0, Layers).All(layer => slot.Map(layer).ContainsAnyExcept(0));
            Done.Enqueue((phase, part));
            Threads.Enqueue(Environment.CurrentManagedThreadId);
        }

        protected override void Forget() => HasForgotten = true;
    }
}
