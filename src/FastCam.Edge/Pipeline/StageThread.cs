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

    /// <summary>Managed bytes that the thread allocated, once it has been joined.</summary>
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
        while (queue.Read(out var item)) Try(item);
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
            if (HasFailed) Discard(item);
            else Process(item);
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

    /// <summary>Does the stage's work and gives every lease that came with the item back, or on, even when it throws.</summary>
    protected abstract void Process(T item);

    /// <summary>Gives back what came with an item that the stage can no longer work on.</summary>
    protected abstract void Discard(T item);

    /// <summary>The queue is empty and completed.</summary>
    protected abstract void Finish();
}
