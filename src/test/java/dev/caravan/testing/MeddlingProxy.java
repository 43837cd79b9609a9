package dev.caravan.testing;

import dev.caravan.provider.Account;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A way to a provider on 127.0.0.1 on which somebody may change what it says. What is asked of it passes unchanged. */
public final class MeddlingProxy {
    private static final long LONGEST_SECONDS = 20;

    private final HttpServer server;
    private final HttpClient client;
    private final URI provider;
    private final Distortion distortion;

    /**
     * An answer on its way.
     *
     * @param promised its Content-Length where that is not its length, else below 0
     * @param cut whether the connection ends with it
     */
    public record Reply(int status, Map<String, String> headers, Buffer body, long promised, boolean cut) {
        Reply of(byte[] changed) {
            return new Reply(status, headers, Buffer.buffer(changed), promised, cut);
        }

        Reply with(String header, String value) {
            var more = new LinkedHashMap<>(headers);
            more.put(header, value);
            return new Reply(status, more, body, promised, cut);
        }
    }

    /** What is asked. */
    public record Question(String method, String path, String call) {}

    /** Changes answers. Called on an event loop: nothing in it may block. */
    public interface Distortion {
        /** An answer that comes without the provider having been asked; null to ask it. */
        default @Nullable Reply instead(Question question) {
            return null;
        }

        default Reply changed(Question question, Reply reply) {
            return reply;
        }
    }

    public static final Distortion NONE = new Distortion() {};

    public MeddlingProxy(Vertx vertx, Account account, Distortion distortion) throws Exception {
        provider = URI.create(account.baseUrl());
        this.distortion = distortion;
        client = vertx.createHttpClient(
                new HttpClientOptions().setMaxPoolSize(64).setKeepAlive(false));
        server = vertx.createHttpServer();
        server.requestHandler(this::pass)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(LONGEST_SECONDS, TimeUnit.SECONDS);
    }

    /** The account as it is reached this way. */
    public Account by(Account account) {
        return account.at("http://127.0.0.1:" + server.actualPort() + provider.getPath(), account.key());
    }

    private void pass(HttpServerRequest request) {
        String call = request.getHeader("X-Caravan-Call");
        var question = new Question(request.method().name(), request.path(), call == null ? "" : call);
        request.bodyHandler(body -> {
            Reply instead = distortion.instead(question);
            if (instead != null) {
                answer(request.response(), instead);
                return;
            }
            client.request(request.method(), provider.getPort(), "127.0.0.1", request.uri())
                    .compose(asked -> forwarded(asked, request, body))
                    .compose(got -> got.body().map(bytes -> reply(got, bytes)))
                    .onSuccess(got -> answer(request.response(), distortion.changed(question, got)))
                    .onFailure(gone -> request.connection().close());
        });
    }

    private static Future<HttpClientResponse> forwarded(
            HttpClientRequest asked, HttpServerRequest request, Buffer body) {
        request.headers().forEach(each -> asked.putHeader(each.getKey(), each.getValue()));
        asked.headers().remove(HttpHeaders.TRANSFER_ENCODING);
        asked.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
        return asked.send(body);
    }

    private static Reply reply(HttpClientResponse got, Buffer body) {
        var headers = new LinkedHashMap<String, String>();
        got.headers().forEach(each -> headers.put(each.getKey(), each.getValue()));
        headers.keySet()
                .removeIf(each -> each.equalsIgnoreCase("content-length")
                        || each.equalsIgnoreCase("transfer-encoding")
                        || each.equalsIgnoreCase("connection"));
        return new Reply(got.statusCode(), headers, body, -1, false);
    }

    private static void answer(HttpServerResponse response, Reply reply) {
        if (response.closed()) {
            return;
        }
        response.setStatusCode(reply.status());
        reply.headers().forEach(response::putHeader);
        long length = reply.promised() < 0 ? reply.body().length() : reply.promised();
        response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(length));
        if (reply.cut() || length != reply.body().length()) {
            response.write(reply.body()).onComplete(done -> response.reset());
        } else {
            response.end(reply.body());
        }
    }

    public void close() throws Exception {
        client.close();
        server.close().toCompletionStage().toCompletableFuture().get(LONGEST_SECONDS, TimeUnit.SECONDS);
    }
}
