using System.Buffers.Binary;
using System.Text;
using FastCam.Edge.Packets;
using FastCam.Edge.Web;
using FastCam.Video.Frames;
using FastCam.Video.Jpeg;

namespace FastCam.Tests.Web;

public sealed class FrameMessageTests
{
    [Theory]
    [InlineData("main")]
    [InlineData("")]
    [InlineData("Haustür 門 🎥")]
    public void A_message_fits_its_capacity_and_names_its_stream(string stream)
    {
        using var pool = new FramePool(new FrameFormat(64, 48), 1);
        using var jpeg = new JpegEncoder();
        var frame = pool.Rent()!;
        frame.Begin(new FrameInfo(stream, 7));
        var packet = new FramePacket(frame, null, null);
        var message = new byte[FrameMessage.Capacity(packet.Info, frame.Format, [])];

        var length = FrameMessage.Write(message, packet, [], jpeg, 80);

        var name = BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(64));
        Assert.Equal(stream, Encoding.UTF8.GetString(message.AsSpan(68, name)));
        Assert.Equal(length, 68 + name + BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(56)));
        frame.Release();
    }
}
