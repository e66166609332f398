using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using FastCam.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;
using OrtApi = FastCam.Onnx.Runtime.OrtApi;

namespace FastCam.Onnx.Operator;

/// <summary>
/// The operators' table and callbacks. One domain serves every session of the process and is never released, since it must outlive
/// them all.
/// </summary>
static unsafe class OperatorDomain
{
    /// <summary>The domain under which nodes name the operators.</summary>
    public const string Name = "fastcam";

    const int Fail = 1;
    const int Float = 1, Uint8 = 2, Int8 = 3;

    static readonly Lazy<nint> Domain = new(Create);

    /// <summary>What the operators called on this thread have taken so far, in <see cref="Stopwatch"/> ticks.</summary>
    [ThreadStatic]
    public static long Ticks;

    /// <summary>Lets a session's model use the operators.</summary>
    /// <exception cref="OperatorException">ONNX Runtime refuses them.</exception>
    public static void AddTo(SessionOptions options) => OrtApi.Check(OrtApi.AddDomain(options.DangerousGetHandle(), Domain.Value));

    static nint Create()
    {
        nint domain;
        OrtApi.Check(OrtApi.CreateCustomOpDomain(Text(Name), &domain));
        Add(domain, OperatorNode.Planar, Float, &KernelFactory.Planar);
        Add(domain, OperatorNode.InBlocks, Float, &KernelFactory.Blocked);
        Add(domain, OperatorNode.OfBytes, Uint8, &KernelFactory.OfBytes);
        Add(domain, OperatorNode.OfSignedBytes, Int8, &KernelFactory.OfSignedBytes);
        return domain;
    }

    static void Add(nint domain, string name, int type, delegate*<OperatorAttributes, OperatorKernel> create)
    {
        var custom = (CustomOperator*)NativeMemory.AllocZeroed((nuint)sizeof(CustomOperator));
        *custom = new CustomOperator
        {
            Version = CustomOperator.Layout,
            GetName = &GetName,
            GetExecutionProvider = &OnTheProcessor,
            GetInputType = &GetInputType,
            GetInputCount = &One,
            GetOutputType = &GetOutputType,
            GetOutputCount = &One,
            DestroyKernel = &Destroy,
            GetInputCharacteristic = &Required,
            GetOutputCharacteristic = &Required,
            GetInputMemoryType = &Required,
            CreateKernelWithStatus = &CreateKernel,
            ComputeWithStatus = &Compute,
            Name = Text(name),
            InputType = type,
            Create = create,
        };
        OrtApi.Check(OrtApi.AddToDomain(domain, custom));
    }

    static byte* Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text + '\0');
        var memory = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(memory, bytes.Length));
        return memory;
    }

    [UnmanagedCallersOnly]
    static byte* GetName(CustomOperator* custom) => custom->Name;

    [UnmanagedCallersOnly]
    static byte* OnTheProcessor(CustomOperator* custom) => null;

    [UnmanagedCallersOnly]
    static int GetInputType(CustomOperator* custom, nuint index) => custom->InputType;

    [UnmanagedCallersOnly]
    static int GetOutputType(CustomOperator* custom, nuint index) => Float;

    [UnmanagedCallersOnly]
    static nuint One(CustomOperator* custom) => 1;

    /// <summary>0: neither optional nor variadic, and in the provider's default memory.</summary>
    [UnmanagedCallersOnly]
    static int Required(CustomOperator* custom, nuint index) => 0;

    [UnmanagedCallersOnly]
    static nint CreateKernel(CustomOperator* custom, nint api, nint info, nint* kernel)
    {
        try
        {
            *kernel = GCHandle<OperatorKernel>.ToIntPtr(new GCHandle<OperatorKernel>(custom->Create(new OperatorAttributes(info))));
            return 0;
        }
        catch (Exception e)
        {
            return Status(e);
        }
    }

    [UnmanagedCallersOnly]
    static nint Compute(nint kernel, nint context)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            OperatorPass.Run(kernel, context);
            return 0;
        }
        catch (Exception e)
        {
            return Status(e);
        }
        finally
        {
            Ticks += Stopwatch.GetTimestamp() - start;
        }
    }

    [UnmanagedCallersOnly]
    static void Destroy(nint kernel) => GCHandle<OperatorKernel>.FromIntPtr(kernel).Dispose();

    /// <summary>An exception that left a callback would end the process: ONNX Runtime gets it as a status and fails the pass.</summary>
    static nint Status(Exception e)
    {
        fixed (byte* message = Encoding.UTF8.GetBytes(e.Message + '\0'))
            return OrtApi.CreateStatus(Fail, message);
    }
}

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
