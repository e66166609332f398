using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace FastCam.Onnx.Operator;

static class Processor
{
    /// <summary>The instruction sets that an x86 processor itself states, whatever .NET was told to use of them: what ONNX Runtime chooses its layouts by. Of others, the architecture.</summary>
    public static string Features
    {
        get
        {
            if (!X86Base.IsSupported) return RuntimeInformation.ProcessArchitecture.ToString();
            var (_, _, ecx, edx) = X86Base.CpuId(1, 0);
            var (_, extended, extendedC, extendedD) = X86Base.CpuId(7, 0);
            return $"{RuntimeInformation.ProcessArchitecture} {ecx:x8} {edx:x8} {extended:x8} {extendedC:x8} {extendedD:x8}";
        }
    }
}
