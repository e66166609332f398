using FastCam.Cli.Output;
using FastCam.Edge.Streams;

namespace FastCam.Cli.Commands;

/// <summary>Runs a stream to its end and reports.</summary>
static class StreamRunner
{
    public static async Task<int> RunAsync(StreamConfig config, bool json)
    {
        await using var streams = new StreamSet();
        var (stream, page) = await streams.OpenAsync(config);
        var console = new RunConsole(json, stream);
        using var signals = new StopSignals(streams.Stop);
        console.Started(page);
        stream.Start();
        Exception? failure = null;
        try
        {
            using (console.ShowProgress())
                await stream.Completion;
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            console.Ended(failure);
        }
        return (int)ExitCode.Success;
    }
}
