package dev.caravan.camel.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.MessageHistory;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.test.main.junit5.Configure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/**
 * A route file that was started alone, by {@code CamelMainTest} on the class: with the application's own properties and
 * beans, no MBeans, and mocks for what does not stand in the file. One context serves all tests of a class.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RouteTestSupport implements CamelContextAware {
    /** Where the placeholders of routes are filled in from. */
    static final String PROPERTIES = "file:application.properties";

    /** The routes run; nobody serves. */
    static final String NO_SERVICE = "caravan.serve=false";

    private @Nullable CamelContext context;

    @Configure
    void keep_the_way_of_messages(MainConfigurationProperties main) {
        main.withMessageHistory(true);
    }

    @Override
    public void setCamelContext(@Nullable CamelContext camel) {
        context = camel;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    /** In which the file's routes run. */
    CamelContext camel() {
        return Objects.requireNonNull(context);
    }

    @BeforeEach
    void forget() {
        MockEndpoint.resetMocks(camel());
    }

    /** What stands in the place of a node or a neighbour. */
    MockEndpoint mock(String name) {
        return camel().getEndpoint("mock:" + name, MockEndpoint.class);
    }

    /** What a mock does from here on with all that comes to it. */
    void when(String name, Consumer<Exchange> doing) {
        mock(name).whenAnyExchangeReceived(doing::accept);
    }

    /** A mock answers with a body. */
    void answers(String name, @Nullable Object body) {
        when(name, exchange -> exchange.getMessage().setBody(body));
    }

    /** A mock breaks. */
    void breaks(String name) {
        when(name, exchange -> exchange.setException(broken(name)));
    }

    /** A mock breaks at the first message, and at no other. */
    void breaksOnce(String name) {
        mock(name).whenExchangeReceived(1, exchange -> exchange.setException(broken(name)));
    }

    private static Exception broken(String name) {
        return new IllegalStateException(name + " broke");
    }

    /** Puts a mock in the place of a bean that routes from templates name, before they are made. */
    void mockInPlaceOf(String bean, String name) throws Exception {
        Processor mock = mock(name).createProducer();
        camel().getRegistry().unbind(bean);
        camel().getRegistry().bind(bean, Processor.class, mock);
    }

    /** All mocks got what they were to get. */
    void mocksAreSatisfied() throws InterruptedException {
        MockEndpoint.assertIsSatisfied(camel());
    }

    /** Sends a message to a route, and gives it back as the route left it. */
    Exchange send(String endpoint, Consumer<Exchange> message) {
        try (var template = camel().createProducerTemplate()) {
            return template.send(endpoint, message::accept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ids of all nodes that a message came by, in their order. */
    @SuppressWarnings("unchecked")
    static List<String> way(Exchange exchange) {
        List<MessageHistory> history = exchange.getProperty(Exchange.MESSAGE_HISTORY, List.class);
        return history == null
                ? List.of()
                : history.stream().map(each -> id(each.getNode())).toList();
    }

    /** Of a route from a template the prefix is kept apart. */
    private static String id(NamedNode node) {
        return Objects.requireNonNullElse(node.getNodePrefixId(), "") + node.getId();
    }
}
