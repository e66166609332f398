using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FastCam.Video.Network;

/// <summary>Opens a connection to a server, encrypted and verified where its address says so.</summary>
static class TlsConnector
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Connects, within seconds.</summary>
    /// <returns>The stream, and the socket beneath it.</returns>
    /// <exception cref="MediaException">Nothing answers there, or it cannot prove who it is.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static (Stream Stream, Socket Socket) Connect(StreamAddress address, TlsOptions tls, RedirectPolicy policy, CancellationToken stop)
    {
        var socket = Reach(address, policy, stop);
        var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            return (address.IsEncrypted ? Encrypt(stream, address, tls, stop) : stream, socket);
        }
        catch (Exception error)
        {
            stream.Dispose();
            throw error switch
            {
                OperationCanceledException when !stop.IsCancellationRequested =>
                    NoAnswer(address, $"no encryption was agreed on within {Patience.TotalSeconds:F0} s"),
                AuthenticationException => Describe(address, error),
                IOException => new MediaException(
                    MediaFault.SourceUnreadable, $"{address} broke the connection off while it was being encrypted.", error),
                _ => error,
            };
        }
    }

    /// <summary>Connects within seconds, without encryption, to an address that the policy allows, and no other.</summary>
    /// <exception cref="MediaException">Nothing answers there, or it may not be opened.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static Socket Reach(StreamAddress address, RedirectPolicy policy, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        var error = SocketError.HostNotFound;
        foreach (var ip in Resolve(address, policy, limit.Token))
        {
            if (Dial(new IPEndPoint(ip, address.Port), limit.Token, out error) is not { } socket)
                continue;
            policy.Reached(address, ip);
            return socket;
        }

        stop.ThrowIfCancellationRequested();
        throw limit.IsCancellationRequested ? NoAnswer(address, $"no answer within {Patience.TotalSeconds:F0} s") : Describe(address, error);
    }

    /// <summary>Returns the first network address of a host, within seconds.</summary>
    /// <exception cref="MediaException">Its name does not resolve.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static IPAddress Find(StreamAddress address, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        var all = Resolve(address, new RedirectPolicy(), limit.Token);
        stop.ThrowIfCancellationRequested();
        return all.Length > 0 ? all[0] : throw Describe(address, SocketError.HostNotFound);
    }

    static IPAddress[] Resolve(StreamAddress address, RedirectPolicy policy, CancellationToken limit)
    {
        try
        {
            return policy.Resolve(address, limit).GetAwaiter().GetResult();
        }
        catch (SocketException error)
        {
            throw Describe(address, error.SocketErrorCode);
        }
        catch (OperationCanceledException)
        {
            return []; // the caller knows whether it was stopped or took too long
        }
    }

    // This form of connecting answers with a code. Four times a second, exceptions would cost more than all the rest.
    static Socket? Dial(IPEndPoint place, CancellationToken limit, out SocketError error)
    {
        using var arguments = new SocketAsyncEventArgs { RemoteEndPoint = place };
        using var done = new ManualResetEventSlim();
        arguments.Completed += (_, _) => done.Set();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (socket.ConnectAsync(arguments) && WaitHandle.WaitAny([done.WaitHandle, limit.WaitHandle]) != 0)
        {
            Socket.CancelConnectAsync(arguments);
            done.Wait(CancellationToken.None);
        }

        error = arguments.SocketError;
        if (error == SocketError.Success)
            return socket;
        socket.Dispose();
        return null;
    }

    /// <summary>Returns how .NET is to judge the server's certificate.</summary>
    /// <exception cref="MediaException">The file of authorities cannot be read.</exception>
    public static SslClientAuthenticationOptions TlsFor(string host, TlsOptions tls)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host, CertificateRevocationCheckMode = X509RevocationMode.NoCheck };
        options.RemoteCertificateValidationCallback = (_, _, _, errors) =>
            tls.Insecure || errors == SslPolicyErrors.None ? true : throw new UntrustedCertificateException();
        if (!tls.Insecure && tls.AuthorityFile is { } file)
            options.CertificateChainPolicy = Trusting(file);
        return options;
    }

    /// <summary>The error of a server with which no encrypted connection was made.</summary>
    public static MediaException Describe(StreamAddress address, Exception cause)
    {
        if (cause is not UntrustedCertificateException)
        {
            var plain = address.Scheme.TrimEnd('s');
            return address.Refused($"agrees on no encryption: it may not speak TLS at this port; give its port for TLS, or {plain}:// without", Recovery.None);
        }

        var sentence = $"{address} is not trusted: its certificate is not signed by an authority that is known here, or not made out to "
            + $"{address.Host}; name the file of its authority, or have any certificate accepted (insecure TLS).";
        return new(MediaFault.SourceUnreadable, sentence, cause) { Setting = "ca", Recovery = Recovery.None };
    }

    /// <summary>The error of a connection that the network did not make.</summary>
    public static MediaException Describe(StreamAddress address, SocketError error) => error switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => NoAnswer(address, $"the name {address.Host} does not resolve"),
        SocketError.ConnectionRefused => NoAnswer(address, "the connection was refused"),
        _ => NoAnswer(address, new SocketException((int)error).Message),
    };

    static Stream Encrypt(NetworkStream stream, StreamAddress address, TlsOptions tls, CancellationToken stop)
    {
        var encrypted = new SslStream(stream);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        encrypted.AuthenticateAsClientAsync(TlsFor(address.Host, tls), limit.Token).GetAwaiter().GetResult();
        return encrypted;
    }

    static X509ChainPolicy Trusting(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw BadAuthority($"{file} cannot be read as certificates in PEM: {FileFault.Describe(file, error)}.", error);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw BadAuthority($"{file} holds no certificate in PEM.");
    }

    static MediaException BadAuthority(string sentence, Exception? inner = null) =>
        new(MediaFault.BadUri, sentence, inner) { Setting = "ca", Recovery = Recovery.None };

    static MediaException NoAnswer(StreamAddress address, string reason) =>
        new(MediaFault.SourceNotFound, $"Nothing answers at {address}: {reason.TrimEnd('.')}.")
        {
            Recovery = address.First is null ? Recovery.Probe : Recovery.BackOff, // the server that leads there does answer
        };
}

/// <summary>A server's certificate is not accepted. Other failures of a handshake say nothing of trust.</summary>
sealed class UntrustedCertificateException() : AuthenticationException("The certificate is not trusted.");

/// <summary>How a server's certificate is judged.</summary>
/// <param name="Insecure">Whether any certificate is accepted; whoever can reach the network can then be the server.</param>
/// <param name="AuthorityFile">A PEM file of certificates that are trusted instead of the system's; null: the system's.</param>
public sealed record TlsOptions(bool Insecure = false, string? AuthorityFile = null);
