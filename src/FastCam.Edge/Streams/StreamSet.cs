using FastCam.Edge.Pipeline;
using FastCam.Edge.Web;

namespace FastCam.Edge.Streams;

/// <summary>The streams of a process, and what they share: the page's server, and the memory that starting up leaves behind.</summary>
sealed class StreamSet : IAsyncDisposable
{
    const string FirstId = "main";

    readonly Lock _gate = new();
    readonly List<(StreamHost Host, WebServer? Server)> _streams = [];
    int _opened;

    /// <summary>Opens a stream and, where it has a page, serves that. It takes no frame before it is started.</summary>
    /// <inheritdoc cref="StreamHost.OpenAsync"/>
    /// <returns>The stream, which belongs to the set, and the address of its page; null where it has none.</returns>
    public async Task<(StreamHost Host, Uri? Page)> OpenAsync(StreamConfig config)
    {
        var number = Interlocked.Increment(ref _opened);
        var host = await StreamHost.OpenAsync(config, number == 1 ? FirstId : $"stream{number}");
        try
        {
            var server = await ServeAsync(host);
            host.Settled += _ => GiveMemoryBack(host);
            lock (_gate)
                _streams.Add((host, server));
            return (host, server?.Address);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops a stream, waits for its end and closes it.</summary>
    public async Task CloseAsync(StreamHost host)
    {
        WebServer? server = null;
        lock (_gate)
        {
            var index = _streams.FindIndex(stream => stream.Host == host);
            if (index < 0)
                return;
            server = _streams[index].Server;
            _streams.RemoveAt(index);
        }
        await CloseAsync(host, server);
    }

    /// <summary>Ends every stream in order.</summary>
    public void Stop()
    {
        foreach (var host in Hosts())
            host.Stop();
    }

    public async ValueTask DisposeAsync()
    {
        Stop();
        foreach (var host in Hosts())
            await CloseAsync(host);
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
        if (server is not null)
            await server.DisposeAsync();
        await host.DisposeAsync();
    }

    static async Task<WebServer?> ServeAsync(StreamHost host)
    {
        var page = (host.Config.Sinks ?? StreamConfig.Defaults.Sinks!).Select(SinkSchemes.Parse).OfType<WebSinkUri>().FirstOrDefault();
        var sink = host.Pipeline.Sinks.Select(stage => stage.Sink).OfType<WebSink>().FirstOrDefault();
        return page is null || sink is null ? null : await WebServer.StartAsync(page.Host, page.Port, sink.Hub, host.View);
    }

    /// <summary>Collecting all garbage at once stops every thread of the process for a moment, which no other stream is to feel.</summary>
    void GiveMemoryBack(StreamHost settled)
    {
        if (Hosts().All(host => host == settled))
            StartUpMemory.Release();
    }
}
