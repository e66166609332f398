using FastCam.Edge.Web;

namespace FastCam.Edge.Streams;

/// <summary>
/// The streams of a process. It opens and closes each with the server of its page, and gives back the memory that starting and ending streams leaves
/// behind.
/// </summary>
sealed class StreamSet : IAsyncDisposable
{
    const string FirstId = "main";

    readonly Lock _gate = new();
    readonly List<(StreamHost Host, WebServer? Server)> _streams = [];
    readonly HashSet<string> _ids = [];
    bool _isClosed;
    bool _holdsMemory;

    static StreamSet() => UnusedMemory.ReturnLargeBlocksAtOnce();

    /// <summary>Whether memory that streams took when they started, or left when they ended, waits to be given back until one alone is left.</summary>
    internal bool HoldsMemory
    {
        get
        {
            lock (_gate)
                return _holdsMemory;
        }
    }

    /// <summary>Opens a stream and, where it has a page, serves that. It takes no frame before it is started.</summary>
    /// <param name="config">What is asked for.</param>
    /// <returns>The stream, which belongs to the set, and the address of its page; null where it has none.</returns>
    /// <exception cref="StreamConfigException">Something is wrong with what is asked for, or another stream has its name.</exception>
    /// <exception cref="EdgeException">Settings do not fit the network or the source, or the page cannot be served.</exception>
    /// <exception cref="Onnx.ModelException">The network cannot be opened.</exception>
    /// <exception cref="Video.MediaException">The source or a sink cannot be opened.</exception>
    /// <exception cref="ObjectDisposedException">The set is closed.</exception>
    public async Task<(StreamHost Host, Uri? Page)> OpenAsync(StreamConfig config)
    {
        var id = Reserve(config.Id);
        StreamHost? host = null;
        WebServer? server = null;
        try
        {
            host = await StreamHost.OpenAsync(config, id);
            server = await ServeAsync(host);
            host.Settled += _ => GiveMemoryBack();
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isClosed, this);
                _streams.Add((host, server));
                _holdsMemory = true;
            }
            return (host, server?.Address);
        }
        catch
        {
            if (host is not null)
                await CloseAsync(host, server);
            lock (_gate)
                _ids.Remove(id);
            throw;
        }
    }

    /// <summary>Stops a stream, waits for its end and closes it.</summary>
    public async Task CloseAsync(StreamHost host)
    {
        WebServer? server;
        lock (_gate)
        {
            var index = _streams.FindIndex(stream => stream.Host == host);
            if (index < 0)
                return;
            server = _streams[index].Server;
            _streams.RemoveAt(index);
        }
        try
        {
            await CloseAsync(host, server);
        }
        finally
        {
            lock (_gate)
            {
                _ids.Remove(host.Id);
                _holdsMemory = true; // The native allocator keeps what the stream had.
            }
            GiveMemoryBack();
        }
    }

    /// <summary>Ends every stream in order.</summary>
    public void Stop()
    {
        foreach (var host in Hosts())
            host.Stop();
    }

    /// <summary>Stops every stream and closes it; none can be opened from then on. The first error is thrown when all are closed.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _isClosed = true;
        Stop();
        await Task.WhenAll(Hosts().Select(CloseAsync));
    }

    string Reserve(string? asked)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (asked is not null && !_ids.Add(asked))
                throw new StreamConfigException([new ConfigFault("id", $"Another stream is called {asked} already.")]);
            var id = asked;
            for (var number = 1; id is null; number++)
            {
                var free = number == 1 ? FirstId : $"stream{number}";
                if (_ids.Add(free))
                    id = free;
            }
            return id;
        }
    }

    List<StreamHost> Hosts()
    {
        lock (_gate)
            return [.. _streams.Select(stream => stream.Host)];
    }

    /// <summary>The viewers are told of the end before anything is closed.</summary>
    static async Task CloseAsync(StreamHost host, WebServer? server)
    {
        host.Stop();
        await host.Completion.ContinueWith(static _ => { }, TaskScheduler.Default);
        try
        {
            if (server is not null)
                await server.DisposeAsync();
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    static async Task<WebServer?> ServeAsync(StreamHost host)
    {
        var page = (host.Config.Sinks ?? StreamConfig.Defaults.Sinks!).Select(SinkSchemes.Parse).OfType<WebSinkUri>().FirstOrDefault();
        var sink = host.Pipeline.Sinks.Select(stage => stage.Sink).OfType<WebSink>().FirstOrDefault();
        return page is null || sink is null ? null : await WebServer.StartAsync(page.Host, page.Port, sink.Hub, host.View);
    }

    /// <summary>
    /// Collecting all garbage at once stops every thread of the process for a moment, which no other stream is to feel: while several run, it waits
    /// until one is left, or none.
    /// </summary>
    void GiveMemoryBack()
    {
        lock (_gate)
        {
            if (!_holdsMemory || _isClosed || _streams.Count(stream => !stream.Host.Completion.IsCompleted) > 1)
                return;
            _holdsMemory = false;
        }
        UnusedMemory.Release();
    }
}
