using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Runtime;

/// <summary>Turns ONNX Runtime's errors into one sentence each.</summary>
static class OnnxRuntimeErrors
{
    const int LongestMessage = 200;

    public static T Translate<T>(string path, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (e is OnnxRuntimeException or OperatorException)
        {
            throw new ModelException(ModelFault.Unsupported, $"ONNX Runtime cannot run {path}: {Shorten(e.Message)}.", e);
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            throw new ModelException(
                ModelFault.RuntimeMissing,
                $"ONNX Runtime's native library cannot be loaded ({Shorten((e.InnerException ?? e).Message)}); {OnnxRuntimeLibrary.Remedy}.", e);
        }
    }

    public static string Shorten(string message)
    {
        var line = message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        return line.Length <= LongestMessage ? line : line[..LongestMessage] + "…";
    }
}
