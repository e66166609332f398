using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace FastCam.Tests.Faults;

/// <summary>What the program said of its source, and when.</summary>
sealed record Said(TimeSpan At, string State, string? Reason);

/// <summary>The program on a live source, listened to while a test plays tricks on that source.</summary>
sealed class LiveRun : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Overtime = TimeSpan.FromSeconds(10); // What is too late is waited for so much longer, to say how late it was.

    /// <summary>Garbage is collected after 4 MB of it rather than when it suits: what grows then is no garbage.</summary>
    static readonly (string, string) SmallGeneration = ("DOTNET_GCgen0size", "0x400000");

    readonly Process _process;
    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly object _gate = new();
    readonly List<Said> _said = [];
    readonly StringBuilder _everything = new();
    readonly Thread _output;
    readonly Thread _error;
    JsonElement? _ended;
    int _seen;

    LiveRun(Process process)
    {
        _process = process;
        _output = Listen(process.StandardOutput);
        _error = Listen(process.StandardError);
    }

    public static LiveRun Start(string source, params string[] arguments) => Start(source, [], arguments);

    /// <summary>By FFmpeg, unless the test names another backend: what captures is not to depend on what the machine has.</summary>
    public static LiveRun Start(string source, (string, string)[] environment, params string[] arguments) =>
        StartAsItStands(source, environment, [.. arguments, .. arguments.Contains("--capture") ? Array.Empty<string>() : ["--capture", "ffmpeg"]]);

    public static LiveRun StartAsItStands(string source, (string, string)[] environment, params string[] arguments)
    {
        string[] sink = arguments.Contains("--sink") ? [] : ["--sink", "null:"];
        string[] command = ["run", "--source", source, "--model", "efficientnet-lite0-int8", "--json", .. sink, .. arguments];
        return new(Cli.Cli.Start(command, [.. environment, SmallGeneration]));
    }

    public int ProcessId => _process.Id;

    public TimeSpan Now => _clock.Elapsed;

    /// <summary>Everything that it said on both its outputs.</summary>
    public string Everything
    {
        get
        {
            lock (_gate)
                return _everything.ToString();
        }
    }

    /// <summary>All states so far, in order.</summary>
    public IReadOnlyList<Said> States
    {
        get
        {
            lock (_gate)
                return [.. _said];
        }
    }

    /// <summary>Waits until it says that its source is in this state, not counting what was waited for before.</summary>
    public Said WaitFor(string state, TimeSpan? within = null) => WaitFor(said => said.State == state, state, within);

    /// <summary>The same, with a bar that is counted from a moment of <see cref="Now"/>.</summary>
    /// <returns>How long it took from there.</returns>
    public TimeSpan Reach(string state, TimeSpan from, TimeSpan within)
    {
        var took = WaitFor(state, from + within + Overtime - Now).At - from;
        Assert.True(took <= within, $"{state} after {took}, which is more than {within}");
        return took;
    }

    public Said WaitFor(Func<Said, bool> wanted, string what, TimeSpan? within = null)
    {
        var end = Now + (within ?? Patience);
        lock (_gate)
        {
            while (true)
            {
                for (; _seen < _said.Count; _seen++)
                {
                    if (wanted(_said[_seen]))
                        return _said[_seen++];
                }

                var left = end - Now;
                if (left <= TimeSpan.Zero || (_process.HasExited && !_output.IsAlive))
                    Assert.Fail($"The source was not {what} in time ({within ?? Patience}). It said: {_everything}");
                Monitor.Wait(_gate, left < TimeSpan.FromMilliseconds(100) ? left : TimeSpan.FromMilliseconds(100));
            }
        }
    }

    /// <summary>What was said so far is not waited for any more.</summary>
    public void Forget()
    {
        lock (_gate)
            _seen = _said.Count;
    }

    /// <summary>The last thing said counts again.</summary>
    public void Rewind()
    {
        lock (_gate)
            _seen = Math.Max(0, _said.Count - 1);
    }

    /// <summary>Ends it in order and judges: exit code 0, balanced accounts with nothing in flight, no child left.</summary>
    public JsonElement Stop()
    {
        var children = Resources.Descendants(ProcessId);
        Assert.Equal(0, RtspServer.Execute("kill", "-TERM", $"{ProcessId}"));
        var code = Exit();
        Assert.True(code == 0, $"exit code {code}: {Everything}");
        Assert.All(children, child => Assert.False(Directory.Exists($"/proc/{child}") && !Resources.IsZombie(child), $"the child {child} is still there"));
        foreach (var account in _ended!.Value.GetProperty("ledger").EnumerateArray())
        {
            Assert.True(account.GetProperty("balanced").GetBoolean(), Everything);
            Assert.Equal(0, account.GetProperty("inFlight").GetInt64());
        }

        return _ended.Value;
    }

    /// <summary>Waits for its end.</summary>
    public int Exit()
    {
        Assert.True(_process.WaitForExit(Patience), $"It did not end. It said: {Everything}");
        _output.Join();
        _error.Join();
        return _process.ExitCode;
    }

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    Thread Listen(StreamReader reader)
    {
        var thread = new Thread(() =>
        {
            while (reader.ReadLine() is { } line)
                Hear(line);
        })
        { IsBackground = true };
        thread.Start();
        return thread;
    }

    void Hear(string line)
    {
        lock (_gate)
        {
            _everything.AppendLine(line);
            if (line.StartsWith('{'))
            {
                var message = JsonDocument.Parse(line).RootElement;
                var source = message.TryGetProperty("source", out var found) ? found : default;
                if (message.GetProperty("event").ValueEquals("source"))
                    _said.Add(new(Now, source.GetProperty("state").GetString()!, source.GetProperty("reason").GetString()));
                else if (message.GetProperty("event").ValueEquals("ended"))
                    _ended = message;
            }

            Monitor.PulseAll(_gate);
        }
    }
}
