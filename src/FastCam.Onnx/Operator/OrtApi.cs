using System.Runtime.InteropServices;
using FastCam.Onnx.Runtime;

namespace FastCam.Onnx.Operator;

/// <summary>
/// The functions of ONNX Runtime's C API that its C# API lacks. The API is a table of function pointers that only ever grows at its
/// end, so a function's place in it is the same in every version that has the function.
/// </summary>
static unsafe class OrtApi
{
    /// <summary>The first version with every function that is needed: <c>KernelContext_ParallelFor</c> came last. It is also the version of <see cref="CustomOperator"/>'s layout.</summary>
    public const uint Version = 17;

    /// <summary>The first version with <see cref="GetShape"/>.</summary>
    const uint ShapeVersion = 24;

    static readonly nint* Base = LoadBase();

    static readonly nint* Table = Base is null ? null : GetApi(Version);

    /// <summary>Null where the library is older: it would complain of being asked.</summary>
    static readonly nint* NewerTable = Table is null || Release < new Version(1, (int)ShapeVersion) ? null : GetApi(ShapeVersion);

    /// <summary>False where the loaded library is older than <see cref="Version"/>, or none can be loaded.</summary>
    public static bool IsAvailable => Table is not null;

    /// <summary>Whether the loaded library has <see cref="GetShape"/>.</summary>
    public static bool HasGetShape => NewerTable is not null;

    public static delegate* unmanaged<int, byte*, nint> CreateStatus => (delegate* unmanaged<int, byte*, nint>)Table[0];

    public static delegate* unmanaged<nint, byte*> GetErrorMessage => (delegate* unmanaged<nint, byte*>)Table[2];

    public static delegate* unmanaged<byte*, nint*, nint> CreateCustomOpDomain => (delegate* unmanaged<byte*, nint*, nint>)Table[26];

    public static delegate* unmanaged<nint, CustomOperator*, nint> AddToDomain => (delegate* unmanaged<nint, CustomOperator*, nint>)Table[27];

    public static delegate* unmanaged<nint, nint, nint> AddDomain => (delegate* unmanaged<nint, nint, nint>)Table[28];

    public static delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint> CreateTensor =>
        (delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)Table[49];

    public static delegate* unmanaged<nint, void**, nint> GetTensorData => (delegate* unmanaged<nint, void**, nint>)Table[51];

    public static delegate* unmanaged<nint, nuint*, nint> GetDimensionsCount => (delegate* unmanaged<nint, nuint*, nint>)Table[61];

    public static delegate* unmanaged<nint, long*, nuint, nint> GetDimensions => (delegate* unmanaged<nint, long*, nuint, nint>)Table[62];

    public static delegate* unmanaged<nint, nint*, nint> GetTensorTypeAndShape => (delegate* unmanaged<nint, nint*, nint>)Table[65];

    public static delegate* unmanaged<nint, byte*, float*, nint> GetFloatAttribute => (delegate* unmanaged<nint, byte*, float*, nint>)Table[85];

    public static delegate* unmanaged<nint, byte*, long*, nint> GetIntegerAttribute => (delegate* unmanaged<nint, byte*, long*, nint>)Table[86];

    public static delegate* unmanaged<nint, byte*, byte*, nuint*, nint> GetTextAttribute => (delegate* unmanaged<nint, byte*, byte*, nuint*, nint>)Table[87];

    public static delegate* unmanaged<nint, nuint, nint*, nint> GetInput => (delegate* unmanaged<nint, nuint, nint*, nint>)Table[90];

    public static delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint> GetOutput => (delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint>)Table[91];

    public static delegate* unmanaged<nint, void> ReleaseStatus => (delegate* unmanaged<nint, void>)Table[93];

    public static delegate* unmanaged<nint, void> ReleaseValue => (delegate* unmanaged<nint, void>)Table[96];

    public static delegate* unmanaged<nint, void> ReleaseTensorTypeAndShape => (delegate* unmanaged<nint, void>)Table[99];

    public static delegate* unmanaged<nint, byte*, nint, nint> BindInput => (delegate* unmanaged<nint, byte*, nint, nint>)Table[136];

    public static delegate* unmanaged<nint, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, nint> ParallelFor =>
        (delegate* unmanaged<nint, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, nint>)Table[274];

    /// <summary>A tensor's element type, and where ONNX Runtime keeps its dimensions and how many they are: one call where copying them takes four and an allocation.</summary>
    public static delegate* unmanaged<nint, int*, long**, nuint*, nint> GetShape => (delegate* unmanaged<nint, int*, long**, nuint*, nint>)NewerTable[414];

    /// <summary>Turns a status into an exception with ONNX Runtime's words.</summary>
    /// <exception cref="OperatorException">The status is an error.</exception>
    public static void Check(nint status)
    {
        if (status == 0) return;
        var message = Marshal.PtrToStringUTF8((nint)GetErrorMessage(status)) ?? "unknown error";
        ReleaseStatus(status);
        throw new OperatorException(message);
    }

    static nint* GetApi(uint version) => ((delegate* unmanaged<uint, nint*>)Base[0])(version);

    static Version Release => System.Version.TryParse(Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)Base[1])()), out var release) ? release : new Version();

    static nint* LoadBase()
    {
        try
        {
            return ((delegate* unmanaged<nint*>)NativeLibrary.GetExport(OnnxRuntimeLibrary.Load(), "OrtGetApiBase"))();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return null;
        }
    }
}
