using System.Runtime.InteropServices;

namespace FastCam.Onnx.Operator;

/// <summary>
/// Work on the maps of a pass. Where operators make them it is done within the pass, as soon as the last map is there, and ONNX Runtime's threads
/// share it: they are awake then. It goes in phases, each of parts that any thread may do. One pass at a time; 0 managed bytes.
/// </summary>
abstract unsafe class PassWork : IDisposable
{
    /// <summary>ONNX Runtime calls operators on the thread that runs the pass.</summary>
    [ThreadStatic]
    static PassWork? _awaiting;

    readonly GCHandle<PassWork> _handle;
    int _mapsLeft;
    int _phase;
    bool _isDone;
    Exception? _failure;

    protected PassWork() => _handle = new GCHandle<PassWork>(this);

    /// <summary>How many phases there are.</summary>
    protected abstract int Phases { get; }

    /// <summary>How many parts a phase has.</summary>
    protected abstract int PartsOf(int phase);

    /// <summary>Does a part, beside other parts of the same phase.</summary>
    protected abstract void Do(int phase, int part);

    /// <summary>The pass that this thread is about to run makes so many maps by operators, and the work is to begin after the last.</summary>
    protected void Await(int maps)
    {
        (_mapsLeft, _isDone, _failure) = (maps, false, null);
        _awaiting = this;
    }

    /// <summary>The pass has ended, well or not: what it did not do is left to <see cref="Finish"/>.</summary>
    protected static void AwaitNoMore() => _awaiting = null;

    /// <summary>Does on this thread what the pass has not done.</summary>
    protected void Finish()
    {
        if (_isDone) return;
        for (var phase = 0; phase < Phases; phase++)
            for (var part = 0; part < PartsOf(phase); part++)
                Do(phase, part);
        _isDone = true;
    }

    /// <summary>To be called by each operator when its map is made.</summary>
    /// <param name="context">ONNX Runtime's of that call.</param>
    /// <exception cref="OperatorException">Work that was awaiting the map failed.</exception>
    public static void MapIsMade(nint context)
    {
        if (_awaiting is { } work && --work._mapsLeft == 0) work.Share(context);
    }

    void Share(nint context)
    {
        for (_phase = 0; _phase < Phases; _phase++)
        {
            OrtApi.Check(OrtApi.ParallelFor(context, &DoPart, (nuint)PartsOf(_phase), 0, (void*)GCHandle<PassWork>.ToIntPtr(_handle)));
            if (_failure is { } failure) throw new OperatorException(failure.Message);
        }
        _isDone = true;
    }

    [UnmanagedCallersOnly]
    static void DoPart(void* argument, nuint part)
    {
        var work = GCHandle<PassWork>.FromIntPtr((nint)argument).Target;
        try
        {
            work.Do(work._phase, (int)part);
        }
        catch (Exception e)
        {
            // An exception that left a callback would end the process. One is kept, for the thread that asked.
            work._failure = e;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
