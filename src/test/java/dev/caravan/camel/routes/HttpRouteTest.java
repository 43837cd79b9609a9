package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.camel.exchange.ExchangeKeys;
import dev.caravan.camel.provider.HttpReply;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.testing.RawServer;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.apache.camel.test.main.junit5.Configure;
import org.junit.jupiter.api.Test;

/** With both clients as they are shipped, and a real server. */
@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {"camel.main.routesIncludePattern=file:routes/http/http.camel.yaml", RouteTestSupport.NO_SERVICE})
class HttpRouteTest extends RouteTestSupport {
    private static final List<String> BOTH = List.of("http-call", "http-control");
    private static final List<String> ALL = List.of("http-call", "http-control", "http-download");

    /** A stream is read before its message is done. */
    @Configure
    void add(MainConfigurationProperties main) {
        main.addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:reader")
                        .streamCache("false")
                        .to("direct:http-download")
                        .process(exchange -> exchange.setProperty(
                                "read",
                                exchange.getMessage().getBody(InputStream.class).readAllBytes()));
            }
        });
    }

    private Exchange call(String route, String url) {
        return send("direct:" + route, exchange -> {
            ExchangeKeys.ACCOUNT.set(
                    exchange, ModelRegistry.shipped().provider("openai").account(url, "tk-0815"));
            var message = exchange.getMessage();
            message.setHeader(Exchange.HTTP_METHOD, "POST");
            message.setHeader(Exchange.HTTP_URI, url + "/place");
            if (!route.equals("http-call")) {
                message.setHeader(Exchange.HTTP_QUERY, "after=x");
            }
            message.setHeader("X-Caravan-Call", "run/label/0/1");
            message.setHeader("X-Of-Ours", "private");
            message.setBody("{\"question\":1}");
        });
    }

    private static HttpReply reply(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody(HttpReply.class);
    }

    private static RawServer saying(int status, String headers, String body) throws Exception {
        return new RawServer((asked, out) -> {
            out.write(RawServer.reply(status, headers, body));
            return true;
        });
    }

    @Test
    void a_call_is_sent_once_with_the_accounts_key_and_its_answer_is_a_value() throws Exception {
        for (String route : BOTH) {
            try (RawServer server = saying(200, "", "{\"answer\":2}")) {
                Exchange done = call(route, server.url());

                assertThat(reply(done).status()).as(route).isEqualTo(200);
                assertThat(reply(done).body()).hasToString("{\"answer\":2}");
                assertThat(done.getMessage().getHeaders()).as(route).isEmpty();
                assertThat(server.calls()).hasSize(1);
                RawServer.Asked asked = server.calls().get(0);
                assertThat(asked.method()).isEqualTo("POST");
                assertThat(asked.path()).isEqualTo(route.equals("http-call") ? "/place" : "/place?after=x");
                assertThat(asked.body()).isEqualTo("{\"question\":1}");
                assertThat(asked.header("Authorization")).isEqualTo("Bearer tk-0815");
            }
        }
    }

    @Test
    void of_headers_only_those_leave_that_are_meant_for_a_provider() throws Exception {
        for (String route : ALL) {
            try (RawServer server = saying(200, "", "{}")) {
                call(route, server.url());

                RawServer.Asked asked = server.calls().get(0);
                assertThat(asked.header("X-Caravan-Call")).as(route).isEqualTo("run/label/0/1");
                assertThat(asked.header("X-Of-Ours")).as(route).isEmpty();
            }
        }
    }

    /** Redelivery, or a client that repeats by itself, would buy twice. */
    @Test
    void an_error_is_a_reply_with_its_status_and_is_never_repeated() throws Exception {
        for (String route : BOTH) {
            for (int status : List.of(302, 401, 429, 500, 503)) {
                try (RawServer server =
                        saying(status, "Retry-After: 3\r\nLocation: /elsewhere\r\n", "{\"error\":{}}")) {
                    HttpReply reply = reply(call(route, server.url()));

                    assertThat(reply.status()).as(route).isEqualTo(status);
                    assertThat(reply.retryAfter()).isEqualTo(Duration.ofSeconds(3));
                    assertThat(reply.lost()).isNull();
                    assertThat(server.calls()).as(route + " " + status).hasSize(1);
                }
            }
        }
    }

    @Test
    void a_connection_that_is_cut_after_the_request_is_a_value_and_the_request_is_not_repeated() throws Exception {
        for (String route : ALL) {
            try (var server = new RawServer((asked, out) -> false)) {
                HttpReply reply = reply(call(route, server.url()));

                assertThat(reply.lost()).as(route).isNotNull();
                assertThat(reply.status()).as(route).isZero();
                assertThat(server.calls()).as(route).hasSize(1);
            }
        }
    }

    @Test
    void a_server_that_is_not_there_is_a_value() throws Exception {
        String gone;
        try (RawServer server = saying(200, "", "{}")) {
            gone = server.url();
        }
        for (String route : ALL) {
            Exchange done = call(route, gone);

            assertThat(reply(done).lost()).as(route).isNotNull();
            assertThat(way(done)).as(route).contains(route + "-lost");
        }
    }

    @Test
    void a_download_is_a_stream_from_the_wire() throws Exception {
        try (RawServer server = saying(200, "", "a row\nanother\n")) {
            Exchange done = call("reader", server.url());

            assertThat(done.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(200);
            assertThat(done.getProperty("read", String.class)).isEqualTo("a row\nanother\n");
        }
    }

    @Test
    void a_download_that_is_refused_keeps_its_status_for_the_caller() throws Exception {
        try (RawServer server = saying(404, "", "{\"error\":{}}")) {
            Exchange done = call("http-download", server.url());

            assertThat(done.getException()).isNull();
            assertThat(done.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(404);
        }
    }
}
