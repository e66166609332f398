using System.Diagnostics;

namespace FastCam.Video.Cameras;

/// <summary>Where a camera is. Its device file goes when it is unplugged; one that is known by its name may come back as another file.</summary>
/// <param name="device">Where it is now.</param>
/// <param name="find">Finds it by its name, null while it is not there; null for a camera that is known by its device.</param>
sealed class CameraPlace(string device, Func<string?>? find)
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1); // all cameras are opened to ask them for their names

    long _looked;

    public string Device { get; private set; } = device;

    /// <summary>Whether there is something to open. Costs little.</summary>
    public bool IsThere() => !Path.IsPathRooted(Device) || File.Exists(Device) || IsElsewhere();

    bool IsElsewhere()
    {
        if (find is null || (_looked > 0 && Stopwatch.GetElapsedTime(_looked) < BetweenLooks))
            return false;
        _looked = Stopwatch.GetTimestamp();
        if (find() is not { } found)
            return false;
        Device = found;
        return true;
    }
}
