using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FastCam.Tests.Faults;

/// <summary>A server's certificate for localhost that nobody but its owner vouches for.</summary>
static class SelfSigned
{
    public static bool CanBeMade => File.Exists("/usr/bin/openssl");

    /// <summary>Makes one for a server in this process.</summary>
    public static X509Certificate2 Create()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>Makes one.</summary>
    /// <returns>The file with the certificate, and the one that has its private key too.</returns>
    public static (string Certificate, string WithKey) Create(TemporaryFolder folder)
    {
        var (certificate, key, both) = (folder.File("camera.pem"), folder.File("key.pem"), folder.File("server.pem"));
        string[] subject = ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
        Assert.Equal(0, RtspServer.Execute("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, .. subject]));
        File.WriteAllText(both, File.ReadAllText(certificate) + File.ReadAllText(key));
        return (certificate, both);
    }
}
