using System.Runtime.InteropServices;

namespace FastCam.Onnx.Runtime;

/// <summary>
/// The functions of ONNX Runtime's C API that its C# API lacks. The API is a table of function pointers that only ever grows at its
/// end, so a function's place in it is the same in every version that has the function.
/// </summary>
static unsafe class OrtApi
{
    /// <summary>The function by which a library hands out its API.</summary>
    public const string BaseFunction = "OrtGetApiBase";

    /// <summary>The first version with every function that is needed: <see cref="GetShape"/> came last. Libraries that are older do not load.</summary>
    const uint Version = 24;

    static readonly nint* Table = LoadTable();

    public static delegate* unmanaged<int, byte*, nint> CreateStatus => (delegate* unmanaged<int, byte*, nint>)Table[0];

    public static delegate* unmanaged<nint, byte*> GetErrorMessage => (delegate* unmanaged<nint, byte*>)Table[2];

    public static delegate* unmanaged<byte*, nint*, nint> CreateCustomOpDomain => (delegate* unmanaged<byte*, nint*, nint>)Table[26];

    public static delegate* unmanaged<nint, void*, nint> AddToDomain => (delegate* unmanaged<nint, void*, nint>)Table[27];

    public static delegate* unmanaged<nint, nint, nint> AddDomain => (delegate* unmanaged<nint, nint, nint>)Table[28];

    public static delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint> CreateTensor =>
        (delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)Table[49];

    public static delegate* unmanaged<nint, void**, nint> GetTensorData => (delegate* unmanaged<nint, void**, nint>)Table[51];

    public static delegate* unmanaged<nint, byte*, float*, nint> GetFloatAttribute => (delegate* unmanaged<nint, byte*, float*, nint>)Table[85];

    public static delegate* unmanaged<nint, byte*, long*, nint> GetIntegerAttribute => (delegate* unmanaged<nint, byte*, long*, nint>)Table[86];

    public static delegate* unmanaged<nint, byte*, byte*, nuint*, nint> GetTextAttribute => (delegate* unmanaged<nint, byte*, byte*, nuint*, nint>)Table[87];

    public static delegate* unmanaged<nint, nuint, nint*, nint> GetInput => (delegate* unmanaged<nint, nuint, nint*, nint>)Table[90];

    public static delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint> GetOutput =>
        (delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint>)Table[91];

    public static delegate* unmanaged<nint, void> ReleaseStatus => (delegate* unmanaged<nint, void>)Table[93];

    public static delegate* unmanaged<nint, void> ReleaseValue => (delegate* unmanaged<nint, void>)Table[96];

    public static delegate* unmanaged<nint, byte*, nint, nint> BindInput => (delegate* unmanaged<nint, byte*, nint, nint>)Table[136];

    public static delegate* unmanaged<nint, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, nint> ParallelFor =>
        (delegate* unmanaged<nint, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, nint>)Table[274];

    /// <summary>
    /// A tensor's element type, and where ONNX Runtime keeps its dimensions and how many they are: one call where copying them takes
    /// four and an allocation.
    /// </summary>
    public static delegate* unmanaged<nint, int*, long**, nuint*, nint> GetShape => (delegate* unmanaged<nint, int*, long**, nuint*, nint>)Table[414];

    /// <summary>Turns a status into an exception with ONNX Runtime's words.</summary>
    /// <exception cref="OperatorException">The status is an error.</exception>
    public static void Check(nint status)
    {
        if (status == 0)
            return;
        var message = Marshal.PtrToStringUTF8((nint)GetErrorMessage(status)) ?? "unknown error";
        ReleaseStatus(status);
        throw new OperatorException(message);
    }

    /// <summary>What a library calls its version.</summary>
    /// <param name="getBase">Its <see cref="BaseFunction"/>.</param>
    public static string ReleaseOf(nint getBase) => Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)Base(getBase)[1])()) ?? "";

    static nint* Base(nint getBase) => ((delegate* unmanaged<nint*>)getBase)();

    static nint* LoadTable()
    {
        var getApi = (delegate* unmanaged<uint, nint*>)Base(NativeLibrary.GetExport(OnnxRuntimeLibrary.Load(), BaseFunction))[0];
        return getApi(Version);
    }
}

/// <summary>What went wrong inside an operator. It never leaves a callback: ONNX Runtime gets it as the status of the pass.</summary>
sealed class OperatorException(string message) : Exception(message);
