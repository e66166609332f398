namespace FastCam.Saliency.Resampling;

/// <summary>Values that begin on a cache line and do not move: a vector that straddles two lines would cost two accesses.</summary>
sealed unsafe class AlignedRow
{
    const int CacheLine = 64;

    readonly float[] _memory;
    readonly int _offset;
    readonly int _length;

    public AlignedRow(int length)
    {
        _length = length;
        _memory = GC.AllocateArray<float>(length + CacheLine / sizeof(float), pinned: true);
        fixed (float* first = _memory)
        {
            First = (float*)(((nuint)first + CacheLine - 1) & ~(nuint)(CacheLine - 1));
            _offset = (int)(First - first);
        }
    }

    /// <summary>Valid as long as this object is referenced.</summary>
    public float* First { get; }

    public Span<float> Values => _memory.AsSpan(_offset, _length);
}
