namespace FastCam.Tests.Faults;

/// <summary>A camera that is unplugged, one that stalls, and one that hangs.</summary>
public sealed class CameraFaultTests
{
    public CameraFaultTests() => Faults.RequireCamera();

    [Fact]
    public void Unplugged_and_back_it_goes_on() =>
        Faults.WithEachCameraBackend(backend =>
        {
            using var camera = new TestCamera();
            using var run = LiveRun.Start($"{camera.Source}?size=320x240&rate=30&format=yuyv", camera.Environment, "--capture", backend);
            var held = new Holdings(run.ProcessId, backend);
            var back = new Durations();
            var (waited, used) = (TimeSpan.Zero, TimeSpan.Zero);
            run.WaitFor("running");
            for (var i = 0; i < Faults.Repeats; i++)
            {
                Thread.Sleep(500);
                held.Look();
                camera.Unplug();
                run.WaitFor(said => said.State == "reconnecting" && said.Reason!.Contains("was unplugged"), "said to be unplugged", Faults.Within(2));
                Thread.Sleep(250);
                if (Faults.IsWhole(i))
                {
                    var (start, before) = (run.Now, Resources.ProcessorTime(run.ProcessId));
                    Thread.Sleep(1500);
                    used += Resources.ProcessorTime(run.ProcessId) - before;
                    waited += run.Now - start;
                }

                run.Forget();
                camera.Plug();
                back.Add(run.Reach("running", run.Now, Faults.Within(1.5)));
            }

            held.Look();
            Figures.Write($"Camera unplugged, by {backend}: frames again {back} after it is back; {used / waited:P1} of a core while waiting");
            Assert.True(!Faults.IsLong || used / waited <= Faults.MostWhileWaiting, $"{used / waited:P1} of a core while waiting");
            Assert.True(run.Stop().GetProperty("source").GetProperty("restarts").GetInt32() >= Faults.Repeats);
            held.AssertNoGrowth();
        });

    /// <param name="hangs">Whether a read hangs in the driver meanwhile: no patience of a backend's own ends that.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stalled_it_is_opened_anew(bool hangs) =>
        Faults.WithEachCameraBackend(backend =>
        {
            using var camera = new TestCamera();
            using var run = LiveRun.Start(camera.Source, camera.Environment, "--capture", backend);
            var held = new Holdings(run.ProcessId, backend);
            var (noticed, back) = (new Durations(), new Durations());
            run.WaitFor("running");
            for (var i = 0; i < Faults.Repeats; i++)
            {
                Thread.Sleep(500);
                held.Look();
                var stalled = run.Now;
                if (hangs)
                    camera.Hang();
                else
                    camera.Stall();
                noticed.Add(run.Reach("stalled", stalled, Faults.Within(2)));
                run.Reach("reconnecting", stalled, Faults.Within(3));
                Thread.Sleep(Faults.IsWhole(i) ? 4000 : 500);
                run.Forget();
                camera.Plug();
                back.Add(run.Reach("running", run.Now, Faults.Within(1.5)));
            }

            held.Look();
            Figures.Write($"Camera {(hangs ? "hanging" : "stalled")}, by {backend}: noticed after {noticed}, frames again {back} after it gives them");
            // However long it stalls, what was opened anew waits with the camera in hand.
            Assert.Equal(Faults.Repeats, run.Stop().GetProperty("source").GetProperty("restarts").GetInt32());
            held.AssertNoGrowth();
        });
}
