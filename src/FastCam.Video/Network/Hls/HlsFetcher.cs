using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using FastCam.Video.Network.Http;

namespace FastCam.Video.Network.Hls;

/// <summary>Fetches what the playlists of one stream name: files or ranges of them, in the clear or encrypted by AES-128.</summary>
sealed class HlsFetcher(HttpFetcher fetcher) : IDisposable
{
    const int LargestPlaylist = 16 << 20; // a day of segments of 2 s has 4 MB
    const int LargestMap = 16 << 20;
    const int KeyBytes = 16;

    readonly CancellationTokenSource _end = new();
    volatile IDisposable? _open;
    (Uri Address, byte[] Bytes)? _key; // the last one: of thousands, each holds for some segments on end

    /// <summary>Cancelled when nothing is to be fetched any more.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>Fetches a playlist.</summary>
    /// <param name="from">What names it.</param>
    /// <param name="address">Its address.</param>
    /// <param name="place">Where it came from in the end.</param>
    /// <exception cref="MediaException">It may not be fetched, or its server is not there.</exception>
    /// <exception cref="HttpRequestException">The server has none now, or the connection failed.</exception>
    /// <exception cref="InvalidDataException">What comes is no playlist.</exception>
    public HlsPlaylist FetchPlaylist(StreamAddress from, Uri address, out StreamAddress place)
    {
        using var response = Get(from, address, null, out place);
        return ReadPlaylist(response.Content.ReadAsStream(End), place);
    }

    /// <summary>Reads a playlist that is there already.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public HlsPlaylist ReadPlaylist(Stream body, StreamAddress place)
    {
        _open = body;
        return HlsPlaylist.Parse(Encoding.UTF8.GetString(ReadAll(body, LargestPlaylist, "the playlist")), new Uri(place.Url));
    }

    /// <summary>Fetches an initialisation section.</summary>
    /// <inheritdoc cref="Open"/>
    public byte[] FetchMap(StreamAddress from, HlsMap map, long number)
    {
        using var section = Open(from, map.Address, map.Range, map.Key, number, out _);
        return ReadAll(section, LargestMap, "an initialisation section");
    }

    /// <summary>Opens a file, or a range of one.</summary>
    /// <param name="from">The playlist that names it.</param>
    /// <param name="address">The file.</param>
    /// <param name="range">The range; null: all of it.</param>
    /// <param name="key">How it is encrypted; null: it is not.</param>
    /// <param name="number">The segment's number, which may be the initialisation vector.</param>
    /// <param name="length">Its bytes as they are sent; null where the server does not say.</param>
    /// <exception cref="MediaException">It may not be fetched, or is encrypted in a way not known here, or its server is not there.</exception>
    /// <exception cref="HttpRequestException">The server does not have it now, or the connection failed.</exception>
    /// <exception cref="InvalidDataException">The server sends something else than was asked for.</exception>
    public Stream Open(StreamAddress from, Uri address, ByteRange? range, HlsKey? key, long number, out long? length)
    {
        var secret = key is null ? null : KeyOf(from, key);
        var response = Get(from, address, range, out var place);
        try
        {
            var body = response.Content.ReadAsStream(End);
            length = range?.Length ?? response.Content.Headers.ContentLength;
            if (range is { } asked)
                body = new RangedStream(body, BytesBefore(asked, response, place), asked.Length);
            return secret is null ? body : Decrypted(body, secret, key!.Vector ?? (UInt128)number);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _open?.Dispose(); // a read that hangs hears of nothing else
    }

    HttpResponseMessage Get(StreamAddress from, Uri address, ByteRange? range, out StreamAddress place)
    {
        var response = fetcher.Get(from, address, End, out place, range is { } asked ? headers => headers.Range = new(asked.Offset, asked.End - 1) : null);
        _open = response;
        if (End.IsCancellationRequested)
            response.Dispose(); // it came too late to be seen by Dispose
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            var status = response.StatusCode;
            throw new HttpRequestException($"{place.Name} answers {(int)status} {status}", fetcher.Describe(status, place), status);
        }
    }

    /// <summary>How many bytes of an answer come before the range that was asked for: servers may send more, or all.</summary>
    static long BytesBefore(ByteRange asked, HttpResponseMessage response, StreamAddress place)
    {
        if (response.StatusCode != HttpStatusCode.PartialContent)
            return asked.Offset;
        if (!response.Content.Headers.NonValidated.TryGetValues("Content-Range", out var stated))
            return 0;
        return response.Content.Headers.ContentRange is { From: { } first, To: { } last } && first <= asked.Offset && last >= asked.End - 1
            ? asked.Offset - first
            : throw new InvalidDataException($"{place.Name} sends {stated}, and bytes {asked.Offset}-{asked.End - 1} were asked for");
    }

    byte[] KeyOf(StreamAddress from, HlsKey key)
    {
        if (key.Address is not { } address)
        {
            throw new MediaException(
                MediaFault.SourceUnreadable, $"{from} is encrypted by {key.Method}, which is not read here: give a stream in the clear, or by AES-128.")
            { Recovery = Recovery.None };
        }

        if (_key is { } known && known.Address == address)
            return known.Bytes;
        using var response = Get(from, address, null, out var place);
        var bytes = ReadAll(response.Content.ReadAsStream(End), KeyBytes, $"the key {place.Name}");
        if (bytes.Length != KeyBytes)
            throw new InvalidDataException($"the key {place.Name} has {bytes.Length} bytes, and a key of AES-128 has {KeyBytes}");
        _key = (address, bytes);
        return bytes;
    }

    static CryptoStream Decrypted(Stream body, byte[] key, UInt128 vector)
    {
        var start = new byte[KeyBytes];
        BinaryPrimitives.WriteUInt128BigEndian(start, vector);
        using var aes = Aes.Create();
        aes.Key = key;
        return new(body, aes.CreateDecryptor(key, start), CryptoStreamMode.Read); // by CBC and PKCS7, which are .NET's defaults
    }

    static byte[] ReadAll(Stream stream, int most, string what)
    {
        var bytes = new MemoryStream();
        var piece = new byte[16 * 1024];
        for (var count = stream.Read(piece); count > 0; count = stream.Read(piece))
        {
            if (bytes.Length + count > most)
                throw new InvalidDataException($"{what} is longer than {most} bytes");
            bytes.Write(piece, 0, count);
        }

        return bytes.ToArray();
    }
}
