using FastCam.Edge;
using FastCam.Onnx;
using FastCam.Video;

namespace FastCam.Cli;

/// <summary>What a person is told of an error: the libraries' sentence, with the option by which it is mended, of which only the command line knows.</summary>
static class ErrorSentence
{
    const string Overwrite = "force";

    public static string From(Exception error)
    {
        var setting = error switch
        {
            MediaException media => media.Setting,
            ModelException model => model.Setting,
            EdgeException edge => edge.Setting,
            _ => null,
        };
        return setting switch
        {
            null => error.Message,
            Overwrite => $"{error.Message.TrimEnd('.')}, or give --{Overwrite} to overwrite.",
            _ => $"{error.Message.TrimEnd('.')} (--{setting}).",
        };
    }
}
