using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using FastCam.Onnx.Input;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace FastCam.Edge.Web;

/// <summary>Serves the live page on loopback: the page's files, its requests, and the frames over a WebSocket.</summary>
sealed class WebServer : IAsyncDisposable
{
    /// <summary>A larger buffer would show a slow page frames that are seconds old.</summary>
    const int SendBufferBytes = 64 * 1024;

    readonly WebApplication _app;
    readonly PhysicalFileProvider _files;
    readonly CancellationTokenSource _ended;

    WebServer(WebApplication app, PhysicalFileProvider files, CancellationTokenSource ended)
    {
        _app = app;
        _files = files;
        _ended = ended;
    }

    /// <summary>The page's address.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <exception cref="EdgeException">The address is not this machine's own, or its port is taken.</exception>
    public static async Task<WebServer> StartAsync(string host, int port, LiveHub hub, StreamView view)
    {
        var endpoint = new IPEndPoint(Loopback(host), port);
        // An empty builder reads no appsettings.json and no environment variables: nothing can add an address to listen on.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = Listen);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024;
            kestrel.Limits.MaxConcurrentConnections = 256;
            kestrel.Listen(endpoint);
        });
        var app = builder.Build();
        var ended = new CancellationTokenSource();
        LocalOnly.Use(app);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15) });
        var files = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = context => context.Context.Response.Headers.CacheControl = "no-cache",
        });
        Map(app, hub, view, ended.Token);
        var server = new WebServer(app, files, ended);
        try
        {
            await server.StartAsync(host, port);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    async Task StartAsync(string host, int port)
    {
        try
        {
            await _app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new EdgeException(
                EdgeFault.PortInUse,
                $"Port {port} on {host} is in use; stop the program that has it, or choose another, as web://{host}:{port + 1}.",
                cause: e);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new EdgeException(
                EdgeFault.AddressRefused,
                $"The page cannot be served at {host}:{port} ({e.Message.TrimEnd('.')}); choose another address or port, as web://127.0.0.1:8080.",
                cause: e);
        }
    }

    static IPAddress Loopback(string host)
    {
        var address = host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : IPAddress.TryParse(host.Trim('[', ']'), out var parsed) ? parsed
            : null;
        return address is not null && IPAddress.IsLoopback(address)
            ? address
            : throw new EdgeException(
                EdgeFault.AddressRefused, $"The page is served to this machine only, and {host} is not its loopback address; use web://127.0.0.1:8080.");
    }

    static Socket Listen(EndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = SendBufferBytes };
        socket.Bind(endpoint);
        return socket;
    }

    static void Map(WebApplication app, LiveHub hub, StreamView view, CancellationToken ended)
    {
        app.MapGet("/api/session", () => TypedResults.Json(view.Session(), MessageJson.Default.SessionMessage));
        app.MapGet("/api/status", () => TypedResults.Json(view.Status(null), MessageJson.Default.StatusMessage));
        app.MapPost("/api/fit", async (HttpContext context) =>
        {
            var message = await ReadFit(context.Request);
            if (message?.Fit is null || EnumNames.Parse<FitRule>(message.Fit) is not { } fit)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                await context.Response.WriteAsync($"fit is one of {string.Join(", ", EnumNames.All<FitRule>())}.");
                return;
            }
            view.Settings.Fit = fit;
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        app.MapGet("/live", async (HttpContext context) =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
            {
                context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
                return;
            }
            if (hub.Join() is not { } viewer)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                await context.Response.WriteAsync("As many pages watch as may.");
                return;
            }
            try
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await viewer.ServeAsync(socket, view.StatusBytes, ended);
            }
            finally
            {
                hub.Leave(viewer);
            }
        });
    }

    static async Task<FitMessage?> ReadFit(HttpRequest request)
    {
        try
        {
            return await request.ReadFromJsonAsync(MessageJson.Default.FitMessage);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // A body that is no JSON, or not declared as JSON, is answered like any other wrong fit.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _files.Dispose();
        _ended.Dispose();
    }

    /// <summary>Leaves signals to the command, which drains the stream first.</summary>
    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>
/// Keeps web sites that a user visits away from the page's server: the Host must name this machine's loopback address (a site cannot point its
/// own name here), and an Origin, when there is one, must be the page itself.
/// </summary>
static class LocalOnly
{
    const string ContentSecurityPolicy =
        "default-src 'self'; img-src 'self' blob:; style-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    public static void Use(WebApplication app) => app.Use((context, next) =>
    {
        if (!IsLocal(context.Request.Host))
            return Refuse(context, "This page answers to 127.0.0.1 and localhost only.");
        if (context.Request.Headers.Origin is [{ } origin, ..] && origin != $"http://{context.Request.Host}")
            return Refuse(context, "Another site may not use this page.");
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return next(context);
    });

    static bool IsLocal(HostString host) =>
        host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);

    static Task Refuse(HttpContext context, string sentence)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync(sentence);
    }
}
