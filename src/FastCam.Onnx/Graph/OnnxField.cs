namespace FastCam.Onnx.Graph;

/// <summary>The numbers of an ONNX file's fields, for those who take files apart and put them together without parsing weights.</summary>
static class OnnxField
{
    public const int ModelIrVersion = 1, ModelGraph = 7, ModelOperatorSet = 8;

    public const int GraphNode = 1, GraphInput = 11, GraphOutput = 12;
}
