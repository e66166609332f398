using System.Diagnostics;
using FastCam.Video.Sources;

namespace FastCam.Video.Live;

/// <summary>What a source is doing, since when and why, for whoever asks from any thread. Saying the same again costs nothing.</summary>
sealed class StatusBoard
{
    readonly Lock _gate = new();
    SourceState _state;
    string? _reason;
    long _since = Stopwatch.GetTimestamp();
    int _restarts;

    public event Action<SourceStatus>? Changed;

    public void Set(SourceState state, string? reason)
    {
        lock (_gate)
        {
            if (state == _state && reason == _reason)
                return;
            if (state != _state)
                _since = Stopwatch.GetTimestamp();
            (_state, _reason) = (state, reason);
        }

        Changed?.Invoke(Read());
    }

    public void CountRestart()
    {
        lock (_gate)
            _restarts++;
    }

    public SourceStatus Read()
    {
        lock (_gate)
            return new SourceStatus(_state, Stopwatch.GetElapsedTime(_since), _reason, _restarts);
    }
}
