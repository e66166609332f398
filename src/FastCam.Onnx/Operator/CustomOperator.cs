using System.Runtime.InteropServices;

namespace FastCam.Onnx.Operator;

/// <summary>
/// ONNX Runtime's <c>OrtCustomOp</c>: a description and the callbacks. ONNX Runtime reads no field that came after the version stated
/// in the first, and calls no null pointer among those it may leave out. What follows its fields is ours.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct CustomOperator
{
    /// <summary>The version of ONNX Runtime whose <c>OrtCustomOp</c> has these fields and no more.</summary>
    public const uint Layout = 17;

    public uint Version;
    public nint CreateKernel;
    public delegate* unmanaged<CustomOperator*, byte*> GetName;
    public delegate* unmanaged<CustomOperator*, byte*> GetExecutionProvider;
    public delegate* unmanaged<CustomOperator*, nuint, int> GetInputType;
    public delegate* unmanaged<CustomOperator*, nuint> GetInputCount;
    public delegate* unmanaged<CustomOperator*, nuint, int> GetOutputType;
    public delegate* unmanaged<CustomOperator*, nuint> GetOutputCount;
    public nint Compute;
    public delegate* unmanaged<nint, void> DestroyKernel;
    public delegate* unmanaged<CustomOperator*, nuint, int> GetInputCharacteristic;
    public delegate* unmanaged<CustomOperator*, nuint, int> GetOutputCharacteristic;
    public delegate* unmanaged<CustomOperator*, nuint, int> GetInputMemoryType;
    public delegate* unmanaged<CustomOperator*, int> GetVariadicInputMinArity;
    public delegate* unmanaged<CustomOperator*, int> GetVariadicInputHomogeneity;
    public delegate* unmanaged<CustomOperator*, int> GetVariadicOutputMinArity;
    public delegate* unmanaged<CustomOperator*, int> GetVariadicOutputHomogeneity;
    public delegate* unmanaged<CustomOperator*, nint, nint, nint*, nint> CreateKernelWithStatus;
    public delegate* unmanaged<nint, nint, nint> ComputeWithStatus;
    public nint InferOutputShape;
    public nint GetStartVersion;
    public nint GetEndVersion;
    public nint GetMayInplace;
    public nint ReleaseMayInplace;
    public nint GetAliasMap;
    public nint ReleaseAliasMap;

    /// <summary>Its name, UTF-8, ended by 0.</summary>
    public byte* Name;

    /// <summary>The element type of its one input.</summary>
    public int InputType;

    /// <summary>Makes a node's kernel from the node's attributes.</summary>
    public delegate*<OperatorAttributes, OperatorKernel> Create;
}
