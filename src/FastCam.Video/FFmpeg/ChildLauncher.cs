using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace FastCam.Video.FFmpeg;

/// <summary>
/// Starts processes on one thread that lasts as long as this process. The kernel's "kill it when its parent dies" means
/// the thread that started it: on any other, a child would die with a worker of the thread pool.
/// </summary>
static class ChildLauncher
{
    static readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> Orders = Begin();

    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>();
        Orders.Add((start, started));
        return started.Task.GetAwaiter().GetResult();
    }

    static BlockingCollection<(ProcessStartInfo, TaskCompletionSource<Process>)> Begin()
    {
        var orders = new BlockingCollection<(ProcessStartInfo, TaskCompletionSource<Process>)>();
        new Thread(() => Work(orders)) { IsBackground = true, Name = "child launcher" }.Start();
        return orders;
    }

    static void Work(BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> orders)
    {
        foreach (var (start, started) in orders.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Win32Exception error)
            {
                started.SetException(error);
            }
        }
    }
}
