using System.Threading.Channels;

namespace FastCam.Edge.Pipeline;

/// <summary>
/// One stage of the walk on a thread of its own. A stage that fails keeps emptying its queue, so that no stage before it waits
/// for ever and every frame is accounted for.
/// </summary>
abstract class StageThread<T>(string name, StageQueue<T> queue, Action<Exception> failed)
{
    Thread? _thread;

    public string Name => name;

    public StageQueue<T> Queue => queue;

    /// <summary>The managed bytes that the thread allocated; known once the thread has been joined.</summary>
    public long ManagedBytes { get; private set; }

    protected bool HasFailed { get; private set; }

    public void Start()
    {
        _thread = new Thread(Run) { Name = name };
        _thread.Start();
    }

    public void Join() => _thread?.Join();

    void Run()
    {
        while (queue.Read(out var item))
            Try(item);
        try
        {
            Finish();
        }
        catch (Exception e)
        {
            Fail(e);
        }
        ManagedBytes = GC.GetAllocatedBytesForCurrentThread();
    }

    void Try(T item)
    {
        try
        {
            if (HasFailed)
                Discard(item);
            else
                Process(item);
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    void Fail(Exception e)
    {
        HasFailed = true;
        failed(e);
    }

    /// <summary>Does the stage's work, and releases or passes on every lease that came with the item, even when it throws.</summary>
    protected abstract void Process(T item);

    /// <summary>Releases what came with an item that the stage can no longer work on.</summary>
    protected abstract void Discard(T item);

    /// <summary>Called once the queue is empty and completed.</summary>
    protected abstract void Finish();
}

/// <summary>
/// A bounded channel whose reader is a stage's own thread. Writing never waits: in every-frame delivery the frame pool holds the
/// source back long before a queue is full, and in live delivery the oldest item makes room and is handed to <c>dropped</c>.
/// Nothing is allocated per item.
/// </summary>
sealed class StageQueue<T>
{
    readonly Channel<T> _channel;
    readonly ManualResetEventSlim _ready = new();
    readonly Action _wake;

    /// <param name="capacity">The number of items that may wait.</param>
    /// <param name="dropped">Takes the oldest item when a newer one finds the queue full; null where that must not happen.</param>
    public StageQueue(int capacity, Action<T>? dropped = null)
    {
        var options = new BoundedChannelOptions(capacity)
        {
            SingleReader = true,
            AllowSynchronousContinuations = true, // The continuation only sets an event.
            FullMode = dropped is null ? BoundedChannelFullMode.Wait : BoundedChannelFullMode.DropOldest,
        };
        _channel = Channel.CreateBounded(options, dropped);
        _wake = _ready.Set;
    }

    /// <exception cref="InvalidOperationException">The queue is full and may not drop, or was completed: an error in the pipeline.</exception>
    public void Write(T item)
    {
        if (!_channel.Writer.TryWrite(item))
            throw new InvalidOperationException("A stage queue took no item: more frames are under way than there are buffers, or it was completed.");
    }

    /// <summary>Says that no more items will come.</summary>
    public void Complete() => _channel.Writer.TryComplete();

    /// <summary>Waits for an item on the calling thread; false when the queue is completed and empty.</summary>
    public bool Read(out T item)
    {
        while (!_channel.Reader.TryRead(out item!))
        {
            var waiting = _channel.Reader.WaitToReadAsync().GetAwaiter();
            if (!waiting.IsCompleted)
            {
                _ready.Reset();
                waiting.UnsafeOnCompleted(_wake);
                _ready.Wait();
            }
            if (!waiting.GetResult())
                return false;
        }
        return true;
    }
}
