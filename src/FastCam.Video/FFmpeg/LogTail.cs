using System.Text;

namespace FastCam.Video.FFmpeg;

/// <summary>The end of what a child process said on its standard error, in bounded memory.</summary>
sealed class LogTail
{
    readonly Lock _gate = new();
    readonly byte[] _bytes = new byte[8192];
    int _length;

    public void Append(ReadOnlySpan<byte> text)
    {
        lock (_gate)
        {
            if (text.Length > _bytes.Length / 2)
                text = text[^(_bytes.Length / 2)..];
            if (_length + text.Length > _bytes.Length)
            {
                _bytes.AsSpan(_length / 2, _length - _length / 2).CopyTo(_bytes);
                _length -= _length / 2;
            }

            text.CopyTo(_bytes.AsSpan(_length));
            _length += text.Length;
        }
    }

    public override string ToString()
    {
        lock (_gate)
            return Encoding.UTF8.GetString(_bytes, 0, _length);
    }
}
