using System.Runtime.ExceptionServices;

namespace FastCam.Tests.Video;

/// <summary>Runs a body that might wait for ever, and fails when it takes too long.</summary>
static class Limited
{
    public static void Run(Action body, int seconds = 60, Func<string>? what = null)
    {
        ExceptionDispatchInfo? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception thrown)
            {
                error = ExceptionDispatchInfo.Capture(thrown);
            }
        })
        { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(seconds)), $"{what?.Invoke() ?? "It"} did not end within {seconds} s.");
        error?.Throw();
    }
}
