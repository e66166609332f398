using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Threading.Channels;
using FastCam.Video.Accounting;

namespace FastCam.Edge.Web;

/// <summary>
/// One page that watches. It is always live: a frame that it has not taken when the next one comes is skipped and counted in its own account,
/// and it gets the next frame only after it has said that it presented the last.
/// </summary>
sealed class Viewer
{
    const long None = -1;

    static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);
    static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(2);
    static readonly TimeSpan StatusPeriod = TimeSpan.FromMilliseconds(500);

    readonly Ledger _ledger = new("page");
    readonly Channel<EncodedFrame> _newest;
    readonly SemaphoreSlim _presented = new(0);
    readonly SemaphoreSlim _sending = new(1);
    long _sent = None;

    public Viewer()
    {
        Account = _ledger.Open("viewer");
        _newest = Channel.CreateBounded<EncodedFrame>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true },
            skipped => Settle(skipped, DropReason.SinkBehind));
    }

    public LedgerAccount Account { get; }

    /// <summary>Offers a frame; the viewer takes its own lease.</summary>
    public void Offer(EncodedFrame frame)
    {
        frame.AddLease();
        _ledger.Captured(frame.Frame.Sequence);
        if (!_newest.Writer.TryWrite(frame))
            Settle(frame, DropReason.Shutdown);
    }

    /// <summary>Serves the page until it leaves, falls silent, or the stream ends.</summary>
    public async Task ServeAsync(WebSocket socket, Func<Viewer, byte[]> status, CancellationToken ended)
    {
        using var leave = new CancellationTokenSource();
        // A wait for the end itself would outlive its viewer.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ended, leave.Token);
        var receiving = ReceiveAsync(socket, leave.Token);
        var tasks = new[] { SendFramesAsync(socket, leave.Token), SendStatusAsync(socket, status, leave.Token), receiving };
        try
        {
            await await Task.WhenAny([.. tasks, Task.Delay(Timeout.Infinite, over.Token)]);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            await FarewellAsync(socket, status);
            await Task.WhenAny(receiving, Task.Delay(LongestFarewell)); // Ending the receive sooner would cut off what was just sent.
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The page went away, which is an ordinary end.
        }
        finally
        {
            await leave.CancelAsync();
            await Task.WhenAll(tasks).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Ends the account: nothing more is offered or sent, and open frames are dropped and counted.</summary>
    public void Close()
    {
        _newest.Writer.TryComplete();
        while (_newest.Reader.TryRead(out var frame))
            Settle(frame, DropReason.Shutdown);
        foreach (var open in Account.OpenFrames())
            Account.Dropped(open, DropReason.Shutdown);
    }

    /// <summary>Tells the page that the stream has ended, and closes the connection.</summary>
    async Task FarewellAsync(WebSocket socket, Func<Viewer, byte[]> status)
    {
        using var limit = new CancellationTokenSource(LongestFarewell);
        try
        {
            await SendAsync(socket, status(this), WebSocketMessageType.Text, limit.Token);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "The source has ended.", limit.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The page is gone already, or too slow to be told.
        }
    }

    async Task SendFramesAsync(WebSocket socket, CancellationToken leave)
    {
        while (await _newest.Reader.WaitToReadAsync(leave))
        {
            if (!_newest.Reader.TryRead(out var frame))
                continue;
            Volatile.Write(ref _sent, frame.Frame.Sequence);
            try
            {
                await SendAsync(socket, frame.Message, WebSocketMessageType.Binary, leave);
            }
            finally
            {
                frame.Release();
            }
            if (!await _presented.WaitAsync(LongestSilence, leave))
                return;
        }
    }

    async Task SendStatusAsync(WebSocket socket, Func<Viewer, byte[]> status, CancellationToken leave)
    {
        using var timer = new PeriodicTimer(StatusPeriod);
        do
            await SendAsync(socket, status(this), WebSocketMessageType.Text, leave);
        while (await timer.WaitForNextTickAsync(leave));
    }

    async Task ReceiveAsync(WebSocket socket, CancellationToken leave)
    {
        var acknowledgement = new byte[sizeof(double)];
        while (true)
        {
            var received = await socket.ReceiveAsync(acknowledgement.AsMemory(), leave);
            if (received.MessageType != WebSocketMessageType.Binary || !received.EndOfMessage || received.Count != acknowledgement.Length)
                return;
            var sequence = (long)BinaryPrimitives.ReadDoubleLittleEndian(acknowledgement);
            // Only the frame that was last sent can have been presented, and only once.
            if (Interlocked.CompareExchange(ref _sent, None, sequence) != sequence)
                return;
            Account.Delivered(sequence);
            _presented.Release();
        }
    }

    async Task SendAsync(WebSocket socket, ReadOnlyMemory<byte> message, WebSocketMessageType type, CancellationToken leave)
    {
        await _sending.WaitAsync(leave);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(leave);
            limit.CancelAfter(LongestSilence);
            await socket.SendAsync(message, type, true, limit.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    void Settle(EncodedFrame frame, DropReason reason)
    {
        Account.Dropped(frame.Frame.Sequence, reason);
        frame.Release();
    }
}

/// <summary>The pages that watch one stream.</summary>
sealed class LiveHub(int mostViewers = 32)
{
    readonly Lock _gate = new();
    readonly List<Viewer> _viewers = [];
    int _count;

    public bool HasViewers => Volatile.Read(ref _count) > 0;

    /// <summary>Adds a viewer; returns null when there are as many as there may be.</summary>
    public Viewer? Join()
    {
        lock (_gate)
        {
            if (_viewers.Count == mostViewers)
                return null;
            var viewer = new Viewer();
            _viewers.Add(viewer);
            _count = _viewers.Count;
            return viewer;
        }
    }

    public void Leave(Viewer viewer)
    {
        lock (_gate)
        {
            _viewers.Remove(viewer);
            _count = _viewers.Count;
        }
        viewer.Close();
    }

    /// <summary>Offers a frame to every viewer, and gives the caller's lease back.</summary>
    public void Publish(EncodedFrame frame)
    {
        lock (_gate)
        {
            foreach (var viewer in _viewers)
                viewer.Offer(frame);
        }
        frame.Release();
    }
}
