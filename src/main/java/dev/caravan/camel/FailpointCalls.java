package dev.caravan.camel;

import dev.caravan.base.Failpoints;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Failpoints around every call of a provider: the nodes of its routes whose id ends with {@code -call}. */
public final class FailpointCalls implements InterceptStrategy {

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode node, Processor target, Processor next) {
        String id = id(node);
        return !id.endsWith("-call")
                ? target
                : new DelegateAsyncProcessor(target) {
                    @Override
                    public boolean process(Exchange exchange, AsyncCallback callback) {
                        Failpoints.passed(id + ".before");
                        return super.process(exchange, done -> {
                            Failpoints.passed(id + ".after");
                            callback.done(done);
                        });
                    }
                };
    }

    /** As the route's file would name it: of a route from a template the prefix is kept apart. */
    static String id(NamedNode node) {
        String prefix = node.getNodePrefixId();
        return (prefix == null ? "" : prefix) + node.getId();
    }
}
