namespace FastCam.Onnx.Graph;

/// <summary>Steps over the fields of one protobuf message in place, without copying their content.</summary>
ref struct WireReader(ReadOnlySpan<byte> file, int offset, int length)
{
    readonly ReadOnlySpan<byte> _file = file;
    readonly int _end = offset + length;
    int _position = offset;

    public int Field { get; private set; }

    /// <summary>Where the content of a length-delimited field lies in the file; length −1 for other fields.</summary>
    public int Offset { get; private set; }

    public int Length { get; private set; }

    /// <summary>Where the field ends and the next begins.</summary>
    public readonly int Position => _position;

    /// <exception cref="InvalidDataException">The bytes are no protobuf message, or end in the middle of a field.</exception>
    public bool Next()
    {
        if (_position == _end)
            return false;
        var tag = Varint();
        Field = (int)(tag >> 3);
        if (Field is 0 || tag > uint.MaxValue)
            throw new InvalidDataException("a field has no number");
        Length = -1;
        switch (tag & 7)
        {
            case 0: Varint(); break;
            case 1: Advance(sizeof(long)); break;
            case 2:
                var length = Varint();
                Offset = _position;
                Advance(length);
                Length = (int)length;
                break;
            case 5: Advance(sizeof(int)); break;
            default: throw new InvalidDataException("a field has an unknown wire type");
        }
        return true;
    }

    void Advance(ulong bytes)
    {
        if (bytes > (ulong)(_end - _position))
            throw new InvalidDataException("a field reaches beyond the end");
        _position += (int)bytes;
    }

    ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position == _end)
                throw new InvalidDataException("a number reaches beyond the end");
            var b = _file[_position++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return value;
        }
        throw new InvalidDataException("a number is longer than 64 bits");
    }
}

/// <summary>The numbers of an ONNX file's fields, for those who take files apart and put them together without parsing weights.</summary>
static class OnnxField
{
    public const int ModelIrVersion = 1, ModelGraph = 7, ModelOperatorSet = 8;

    public const int GraphNode = 1, GraphInput = 11, GraphOutput = 12;
}
