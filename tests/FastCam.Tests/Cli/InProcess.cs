using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using FastCam.Cli;
using FastCam.Onnx.Runtime;
using FastCam.Video.Libraries;

namespace FastCam.Tests.Cli;

/// <summary>
/// Runs commands within the tests' own process, where nothing has to be started, loaded and compiled anew. What a command prints, on whichever of its
/// threads, comes back to the test that ran it.
/// </summary>
static class InProcess
{
    static readonly RoutedWriter Output = new(Console.Out), Error = new(Console.Error);

    static readonly MethodInfo Main = typeof(ExitCodes).Assembly.EntryPoint!;

    /// <summary>Sets the tests' process up as a command finds its own, with a cache that is not the user's.</summary>
    [ModuleInitializer]
    internal static void SetUp()
    {
        Console.SetOut(Output);
        Console.SetError(Error);
        Environment.SetEnvironmentVariable(ModelCache.Variable, Cli.Cache.Path);
        // It lies beside the program that was published, not beside the one among the tests.
        Environment.SetEnvironmentVariable(MediaLibrary.Variable, Repository.File("artifacts", "fastcam", "opencv"));
    }

    /// <summary>Runs a command to its end, in the repository's folder.</summary>
    public static Cli.Result Run(string[] arguments)
    {
        Environment.CurrentDirectory = Repository.Root; // The test runner begins in its own.
        var (output, error) = (new StringWriter(), new StringWriter());
        (Output.Target, Error.Target) = (TextWriter.Synchronized(output), TextWriter.Synchronized(error));
        try
        {
            var code = (int)Main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null)!;
            return new Cli.Result(code, output.ToString(), error.ToString());
        }
        finally
        {
            (Output.Target, Error.Target) = (null, null);
        }
    }

    /// <summary>Writes to where the code that runs now was told to, with all the threads that it started; else to the process's own stream.</summary>
    sealed class RoutedWriter(TextWriter own) : TextWriter
    {
        readonly AsyncLocal<TextWriter?> _target = new();

        public TextWriter? Target
        {
            set => _target.Value = value;
        }

        public override Encoding Encoding => own.Encoding;

        public override void Write(char value) => Writer.Write(value);

        public override void Write(string? value) => Writer.Write(value);

        public override void Write(ReadOnlySpan<char> buffer) => Writer.Write(buffer);

        public override void Write(char[] buffer, int index, int count) => Writer.Write(buffer, index, count);

        public override void WriteLine(string? value) => Writer.WriteLine(value);

        public override void Flush() => Writer.Flush();

        TextWriter Writer => _target.Value ?? own;
    }
}
