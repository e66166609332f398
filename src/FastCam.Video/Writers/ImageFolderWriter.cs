using FastCam.Video.Accounting;
using FastCam.Video.Frames;
using FastCam.Video.Jpeg;

namespace FastCam.Video.Writers;

/// <summary>Writes each frame as a JPEG file named by its sequence number. A frame is delivered when its file is closed.</summary>
public sealed class ImageFolderWriter : FrameWriter
{
    const int Quality = 92;

    readonly string _folder;
    readonly FileMode _mode;
    readonly JpegEncoder _encoder;
    byte[] _code = [];

    /// <summary>Makes the folder if it does not exist.</summary>
    /// <param name="account">The sink's account.</param>
    /// <param name="folder">The folder for the files.</param>
    /// <param name="force">Whether files that exist are overwritten.</param>
    /// <exception cref="MediaException">The folder cannot be made, or libjpeg-turbo is not installed.</exception>
    public ImageFolderWriter(LedgerAccount account, string folder, bool force = false) : base(account)
    {
        _folder = folder;
        _mode = force ? FileMode.Create : FileMode.CreateNew;
        try
        {
            Directory.CreateDirectory(folder);
            if (!force && Directory.EnumerateFiles(folder, "frame-*.jpg").FirstOrDefault() is { } there)
                throw MediaException.Exists(there, "folder");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(MediaFault.OutputUnwritable, $"The folder {folder} cannot be made: {error.Message}", error);
        }
        _encoder = new JpegEncoder();
    }

    /// <inheritdoc/>
    public override void Write(Frame frame)
    {
        var path = Path.Combine(_folder, $"frame-{frame.Sequence:D9}.jpg");
        var isOurs = false;
        try
        {
            var most = JpegEncoder.MaximumByteCount(frame.Format);
            if (_code.Length < most)
                _code = GC.AllocateUninitializedArray<byte>(most);
            var length = _encoder.Encode(frame.Format, frame.Pixels, Quality, _code);
            using var file = File.OpenHandle(path, _mode, FileAccess.Write);
            isOurs = true;
            RandomAccess.Write(file, _code.AsSpan(0, length), 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Account.Dropped(frame.Sequence, DropReason.SinkFailed);
            if (isOurs)
                OutputFile.Delete(path);
            throw !isOurs && _mode == FileMode.CreateNew && error is not UnauthorizedAccessException && File.Exists(path)
                ? MediaException.Exists(path, "folder", error)
                : new MediaException(MediaFault.SinkFailed, $"{path} cannot be written: {error.Message}", error);
        }

        Account.Delivered(frame.Sequence);
    }

    /// <inheritdoc/>
    public override void Complete()
    {
    }

    /// <inheritdoc/>
    public override void Dispose() => _encoder.Dispose();
}
