package dev.caravan.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FailpointCallsTest {
    private final CamelContext context = new DefaultCamelContext();

    /** Of a route from a template, or with no prefix of one that stands in a file. */
    private static NamedNode node(@Nullable String prefix, String id) {
        var node = new ToDefinition() {
            @Override
            public @Nullable String getNodePrefixId() {
                return prefix;
            }
        };
        node.setId(id);
        return node;
    }

    private Processor wrapped(NamedNode node, Processor target) {
        return new FailpointCalls().wrapProcessorInInterceptors(context, node, target, target);
    }

    @Test
    void a_place_is_called_after_its_node_and_the_provider_whose_route_it_is() {
        assertThat(FailpointCalls.id(node("acme-", "poll-call"))).isEqualTo("acme-poll-call");
        assertThat(FailpointCalls.id(node(null, "create-job-call"))).isEqualTo("create-job-call");
    }

    @Test
    void only_calls_of_providers_are_places_to_die_at() {
        Processor target = exchange -> {};

        assertThat(wrapped(node("acme-", "poll-call"), target)).isNotSameAs(target);
        assertThat(wrapped(node("call-", "poll-reply"), target)).isSameAs(target);
        assertThat(wrapped(node(null, "call-unit"), target)).isSameAs(target);
    }

    @Test
    void a_call_that_is_survived_goes_on_as_without_a_place() throws Exception {
        var called = new ArrayList<String>();

        wrapped(node("acme-", "poll-call"), exchange -> called.add("call")).process(new DefaultExchange(context));

        assertThat(called).containsExactly("call");
    }
}
