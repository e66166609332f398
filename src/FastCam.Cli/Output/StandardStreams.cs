using System.Text;

namespace FastCam.Cli.Output;

/// <summary>
/// Standard output and standard error, which may fail midway: their disk is full, their terminal is gone. What is printed is then lost, and the work goes
/// on. A pipe that nobody reads any more is no failure: .NET leaves out what is written to it.
/// </summary>
static class StandardStreams
{
    static readonly Lock Gate = new();
    static FailingWriter? _output;

    /// <summary>Whether something could not be printed.</summary>
    public static bool HaveFailed => _output is { HasFailed: true };

    /// <summary>Has them outlast their failures, from now on.</summary>
    public static void Guard()
    {
        lock (Gate) // Tests run several commands in one process.
        {
            if (_output is not null)
                return;
            Console.SetError(new FailingWriter(Console.Error, static _ => { }));
            Console.SetOut(_output = new FailingWriter(Console.Out, static error => Console.Error.WriteLine(
                $"fastcam: Standard output cannot be written ({error.Message.TrimEnd('.')}), and what follows is not printed: "
                + "make room there, or send it elsewhere.")));
        }
    }

    /// <summary>Writes to another writer until that fails; the rest it takes, and drops.</summary>
    sealed class FailingWriter(TextWriter inner, Action<Exception> failed) : TextWriter
    {
        volatile bool _hasFailed;

        public bool HasFailed => _hasFailed;

        public override Encoding Encoding => inner.Encoding;

        public override void Write(char value) => Try(() => inner.Write(value));

        public override void Write(string? value) => Try(() => inner.Write(value));

        public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

        public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

        public override void Flush() => Try(inner.Flush);

        void Try(Action write)
        {
            if (_hasFailed)
                return;
            try
            {
                write();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                _hasFailed = true;
                failed(error);
            }
        }
    }
}
