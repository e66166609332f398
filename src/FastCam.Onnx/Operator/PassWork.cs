using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using FastCam.Onnx.Runtime;

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

    GCHandle<PassWork> _handle;
    int _mapsLeft;
    int _phase;
    ExceptionDispatchInfo? _failure;

    /// <summary>Whether it has been done for the last pass that was run.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Runs the pass.</summary>
    /// <exception cref="ModelException">The pass failed.</exception>
    protected abstract void RunPass();

    /// <summary>How many phases there are.</summary>
    protected abstract int Phases { get; }

    /// <summary>How many parts a phase has.</summary>
    protected abstract int PartsOf(int phase);

    /// <summary>Does a part, beside other parts of the same phase.</summary>
    protected abstract void Do(int phase, int part);

    /// <summary>The pass failed when some of the work had been done: what that left from one frame to the next is to be forgotten.</summary>
    protected abstract void Forget();

    /// <summary>Runs a pass, and does the work within it if operators make so many maps.</summary>
    /// <exception cref="ModelException">The pass failed. What fails in the work comes out as it is.</exception>
    protected void Run(int maps)
    {
        if (!_handle.IsAllocated)
            _handle = new GCHandle<PassWork>(this);
        (_mapsLeft, IsDone, _failure) = (maps, false, null);
        _awaiting = this;
        try
        {
            RunPass();
        }
        catch (ModelException) when (_mapsLeft <= 0)
        {
            Forget();
            _failure?.Throw();
            throw;
        }
        finally
        {
            _awaiting = null;
        }
    }

    /// <summary>Does on this thread what the pass has not done.</summary>
    public void Finish()
    {
        if (IsDone)
            return;
        for (var phase = 0; phase < Phases; phase++)
        {
            for (var part = 0; part < PartsOf(phase); part++)
                Do(phase, part);
        }
        IsDone = true;
    }

    /// <summary>To be called by each operator when its map is made.</summary>
    /// <param name="context">ONNX Runtime's of that call.</param>
    /// <exception cref="OperatorException">Work that was awaiting the map failed.</exception>
    public static void MapIsMade(nint context)
    {
        if (_awaiting is { } work && --work._mapsLeft == 0)
            work.Share(context);
    }

    void Share(nint context)
    {
        for (_phase = 0; _phase < Phases; _phase++)
        {
            OrtApi.Check(OrtApi.ParallelFor(context, &DoPart, (nuint)PartsOf(_phase), 0, (void*)GCHandle<PassWork>.ToIntPtr(_handle)));
            if (_failure is { } failure)
                throw new OperatorException(failure.SourceException.Message);
        }
        IsDone = true;
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
            work._failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
