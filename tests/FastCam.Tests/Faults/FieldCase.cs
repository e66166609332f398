using FastCam.Tests.Video;
using FastCam.Video;
using FastCam.Video.Network;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Faults;

/// <summary>A server as people have it, and what is to become of it.</summary>
/// <param name="Name">What it does, as the documents name it.</param>
/// <param name="Serve">Starts it.</param>
sealed record FieldCase(string Name, Func<FieldServer> Serve)
{
    /// <summary>Public reports, as owner/repository#number.</summary>
    public string[] Reports { get; init; } = [];

    /// <summary>A part of the sentence by which it is refused; null: it is played.</summary>
    public string? Refusal { get; init; }

    public int Frames { get; init; } = 20;

    /// <summary>Whether these are all of its frames.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The backends that do not know it, beside OpenCV, which knows nothing of the network.</summary>
    public string[] Unknown { get; init; } = [];

    /// <summary>Plays it, or has it refused, as it should be.</summary>
    /// <returns>What a reader of the documents is told of it.</returns>
    public string Try(string backend)
    {
        using var server = Serve();
        var capture = Enum.Parse<CaptureBackend>(backend, ignoreCase: true);
        var options = new SourceOptions
        {
            Capture = capture,
            Login = server.Login,
            Tls = new(Insecure: true),
            Supervision = new() { RetryFor = TimeSpan.FromSeconds(5) },
        };
        var isUnknown = capture == CaptureBackend.Opencv || Unknown.Contains(backend);
        try
        {
            using var source = SourceUri.Parse(server.Url).Open(options);
            var frames = source.ReadAll(IsWhole ? int.MaxValue : Frames);
            Assert.True(Refusal is null && !isUnknown, $"{Name} is played by {backend}");
            Assert.True(frames.Count == Frames, $"{Name}: {frames.Count} frames by {backend}");
            Assert.True(server.Connections is not { } judged || judged(), $"{Name}: {source.Status.Restarts} restarts by {backend}, {source.Status.Reason}");
            for (var i = 1; i < frames.Count; i++)
                Assert.True(frames[i].Header.PresentationTime > frames[i - 1].Header.PresentationTime, $"{Name}: frame {i} by {backend} goes back");
            return "plays";
        }
        catch (MediaException error)
        {
            if (isUnknown)
            {
                Assert.Contains(backend, error.Message, StringComparison.OrdinalIgnoreCase); // it says who does not
                return "no";
            }

            Assert.True(Refusal is not null && error.Message.Contains(Refusal), $"{Name} by {backend}: {error.Message}");
            return "says why";
        }
    }
}

/// <summary>A server that a case has started.</summary>
/// <param name="Url">The address of its stream.</param>
/// <param name="Open">What ends with it.</param>
sealed record FieldServer(string Url, params IDisposable[] Open) : IDisposable
{
    public Login? Login { get; init; }

    /// <summary>Whether as many connections were made as were needed; null: it is not known.</summary>
    public Func<bool>? Connections { get; init; }

    public void Dispose() => Array.ForEach(Open, open => open.Dispose());
}
