using System.Net;

namespace FastCam.Edge.Web;

/// <summary>
/// Keeps web sites that a user visits away from the page's server: the Host must name this machine's loopback address (a site
/// cannot point its own name here), and an Origin, when there is one, must be the page itself.
/// </summary>
static class LocalOnly
{
    const string ContentSecurityPolicy = "default-src 'self'; img-src 'self' blob:; style-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    public static void Use(WebApplication app) => app.Use((context, next) =>
    {
        if (!IsLocal(context.Request.Host)) return Refuse(context, "This page answers to 127.0.0.1 and localhost only.");
        if (context.Request.Headers.Origin is [{ } origin, ..] && origin != $"http://{context.Request.Host}") return Refuse(context, "Another site may not use this page.");
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return next(context);
    });

    static bool IsLocal(HostString host) =>
        host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);

    static Task Refuse(HttpContext context, string sentence)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync(sentence);
    }
}
