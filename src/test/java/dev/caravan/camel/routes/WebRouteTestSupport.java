package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.jspecify.annotations.Nullable;

/** A file whose routes serve HTTP: by a real server on a free port of 127.0.0.1, with a mock for the bean of each route. */
abstract class WebRouteTestSupport extends RouteTestSupport {
    static final String HTTP = "caravan.http=true";
    static final String SERVER = "camel.server.enabled=true";
    static final String HOST = "camel.server.host=127.0.0.1";
    static final String ANY_PORT = "camel.server.port=0";

    private final HttpClient client = HttpClient.newHttpClient();

    /** Before the context starts, when its routes are read. */
    @Override
    public void setCamelContext(@Nullable CamelContext camel) {
        if (getCamelContext() == null && camel != null) {
            advise((ModelCamelContext) camel);
        }
        super.setCamelContext(camel);
    }

    /** A route that is advised becomes the first, and of two that match the first answers: so the last begins. */
    private static void advise(ModelCamelContext camel) {
        var lastFirst = new ArrayList<>(camel.getRouteDefinitions());
        Collections.reverse(lastFirst);
        try {
            for (RouteDefinition each : lastFirst) {
                AdviceWith.adviceWith(each, camel, new BeansAsMocks());
            }
        } catch (Exception e) {
            throw new RuntimeCamelException(e);
        }
    }

    HttpResponse<String> ask(String method, String path) throws Exception {
        int port = Objects.requireNonNull(camel().hasService(VertxPlatformHttpServer.class))
                .getPort();
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    /** Asks for a path; one node answers, and no other is reached. */
    void reaches(String method, String path, String node) throws Exception {
        forget();
        answers(node, "said by " + node);

        HttpResponse<String> answer = ask(method, path);

        assertThat(reached()).as(path).containsExactly(node);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("said by " + node);
    }

    /** The nodes that got a message. */
    List<String> reached() {
        var reached = new ArrayList<String>();
        nodes().filter(each -> !mock(each).getExchanges().isEmpty()).forEach(reached::add);
        return reached;
    }

    private Stream<String> nodes() {
        return ((ModelCamelContext) camel())
                .getRouteDefinitions().stream()
                        .map(each -> each.getOutputs().get(0).getId());
    }
}
