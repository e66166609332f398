namespace FastCam.Onnx.Operator;

/// <summary>What went wrong inside an operator. It never leaves a callback: ONNX Runtime gets it as the status of the pass.</summary>
sealed class OperatorException(string message) : Exception(message);
