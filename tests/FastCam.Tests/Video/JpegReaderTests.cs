using FastCam.Tests.Faults;
using FastCam.Video.Jpeg;
using FastCam.Video.Network;
using FastCam.Video.Network.Http;

namespace FastCam.Tests.Video;

/// <summary>JPEG images in a stream, cut out by their own markers.</summary>
public sealed class JpegReaderTests
{
    static readonly byte[] Thumbnail = HttpPeer.Jpeg(7);

    [Fact]
    public void Images_are_found_whatever_stands_between_and_in_whatever_pieces()
    {
        byte[][] images = [WithThumbnail(HttpPeer.Jpeg(1)), HttpPeer.Jpeg(2), WithThumbnail(HttpPeer.Jpeg(3)), ByHand];
        byte[] stream =
        [
            .. "--a\r\nContent-Type: image/jpeg\r\n\r\n"u8, .. images[0], .. "\r\n--b\n\n"u8, .. images[1], .. images[2],
            0xFF, 0xD8, 0x00, 0xFF, 0xD9, .. images[3], .. "\r\n--end--"u8,
        ];
        foreach (var piece in new[] { 1, 2, 3, 7, 100, 4096, stream.Length })
            Assert.Equal(images, Read(stream, piece));
    }

    /// <summary>An image by hand, from the grammar of ITU-T T.81, B.1: fill bytes, a restart, escapes and a second scan.</summary>
    static byte[] ByHand =>
    [
        0xFF, 0xD8, 0xFF, 0xFF, 0xE0, 0, 6, 0xFF, 0xD9, 0xFF, 0xD8, 0xFF, 0xDA, 0, 4, 1, 2, 5, 0xFF, 0x00, 0xD9, 0xFF, 0xD3, 9,
        0xFF, 0xFF, 0xC4, 0, 4, 0xFF, 0xD9, 0xFF, 0xDA, 0, 2, 8, 0xFF, 0x00, 0xFF, 0xFF, 0xD9,
    ];

    [Fact]
    public void An_image_without_its_end_goes_to_the_next_one()
    {
        var (first, second) = (HttpPeer.Jpeg(1), HttpPeer.Jpeg(2));

        Assert.Equal([first[..^2], second], Read([.. first[..^2], .. second, .. first[..^2]], piece: 1000));
    }

    [Fact]
    public void What_holds_no_image_is_given_up_in_bounded_memory() => Limited.Run(() =>
    {
        (byte[] Start, byte[] Pattern)[] endless =
        [
            ([], [0]), ([], [0xFF, 0xD8, 0xFF]), ([], [0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xF0]), ([0xFF, 0xD8], [0xFF, 0xE1, 0, 4, 0xFF, 0xD8]),
            ([0xFF, 0xD8, 0xFF, 0xDA, 0, 2], [0]), ([0xFF, 0xD8, 0xFF, 0xDA, 0, 2], [0xFF]),
        ];
        foreach (var (start, pattern) in endless)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<InvalidDataException>(() => new JpegReader(new PrefixedStream(start, new EndlessStream(pattern))).Next());
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5L * JpegReader.LongestImage);
        }
    });

    [Fact]
    public void Whatever_comes_is_cut_alike_in_whatever_pieces() => Fuzzing.Run(cases =>
    {
        var random = new Random(20_261);
        byte[] sound = [.. WithThumbnail(HttpPeer.Jpeg(1))[..900], .. ByHand, .. "\r\n--x\r\n\r\n"u8, .. ByHand, .. WithThumbnail(ByHand), .. ByHand];
        var (found, whole) = (0, 0);
        for (var round = 0; round < cases; round++)
        {
            var bytes = sound[random.Next(sound.Length)..];
            for (var damage = random.Next(8); damage > 0; damage--)
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)0xFF : (byte)random.Next(256);
            var images = Read(bytes, bytes.Length);
            Assert.Equal(images, Read(bytes, random.Next(1, 50)));
            Assert.All(images, image => Assert.True(image is [0xFF, 0xD8, 0xFF, ..], $"round {round}"));
            Assert.InRange(images.Sum(image => image.Length), 0, bytes.Length);
            found += images.Count;
            whole += images.Count > 1 ? 1 : 0;
        }

        Assert.InRange(found, cases / 2, 4 * cases);
        return whole;
    });

    [Fact]
    public void Reading_a_stream_of_images_allocates_nothing()
    {
        var address = new StreamAddress("http", "camera", 80, "/");
        using var stream = new MotionJpegStream(address, "", new EndlessStream([.. HttpPeer.Jpeg(1), .. "\r\n--x\r\n\r\n"u8, .. HttpPeer.Jpeg(2)[..^2]]));
        var piece = new byte[64 * 1024];
        var read = 0L;
        long Taken(int pieces)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < pieces; i++)
                read += stream.Read(piece);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Taken(100);
        Assert.Equal(0, Taken(300));
        Assert.InRange(read, 400 * Thumbnail.Length / 4, long.MaxValue);
    }

    static byte[] WithThumbnail(byte[] jpeg)
    {
        var length = Thumbnail.Length + 2;
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. Thumbnail, .. jpeg[2..]];
    }

    static List<byte[]> Read(byte[] stream, int piece)
    {
        var reader = new JpegReader(new Pieces(stream, piece));
        var images = new List<byte[]>();
        while (reader.Next() is { IsEmpty: false } image)
            images.Add(image.ToArray());
        return images;
    }

    sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, piece)]);
    }

    sealed class EndlessStream(byte[] pattern) : ReadOnlyStream
    {
        int _at;

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, pattern.Length - _at);
            pattern.AsSpan(_at, count).CopyTo(buffer);
            _at = (_at + count) % pattern.Length;
            return count;
        }
    }
}
