package dev.caravan.camel;

import static dev.caravan.camel.exchange.ExchangeKeys.ORDER;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Puts the calls of a ticket together again: what comes of the split over them is the work that they were made for. Of
 * the calls themselves nothing is kept, for each is booked by then, and a chunk of prompts would fill the memory.
 */
public final class WorkOfCalls implements AggregationStrategy {

    @Override
    public Exchange aggregate(@Nullable Exchange before, Exchange call) {
        throw new UnsupportedOperationException("the ticket is needed");
    }

    /** @return the ticket: a copy of a call would bring the call's properties along */
    @Override
    public Exchange aggregate(@Nullable Exchange before, Exchange call, Exchange ticket) {
        if (call.getException() != null && ticket.getException() == null) {
            ticket.setException(call.getException());
        }
        ticket.getMessage().setBody(ORDER.get(ticket));
        return ticket;
    }
}
