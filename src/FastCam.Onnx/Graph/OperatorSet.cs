using FastCam.Onnx.Graph.Proto;

namespace FastCam.Onnx.Graph;

/// <summary>Which version of ONNX's own operators a model is written in: it says what each of its nodes means, and of any that are added.</summary>
static class OperatorSet
{
    /// <returns>The version; 0 where the model states none.</returns>
    public static long VersionOf(byte[] file)
    {
        long version = 0;
        var model = new WireReader(file, 0, file.Length);
        while (model.Next())
            if (model is { Field: OnnxField.ModelOperatorSet, Length: >= 0 } && OperatorSetIdProto.Parser.ParseFrom(file, model.Offset, model.Length) is { Domain: "" or "ai.onnx" } set)
                version = set.Version;
        return version;
    }
}
