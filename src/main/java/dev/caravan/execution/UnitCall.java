package dev.caravan.execution;

import dev.caravan.limit.AccountTurnstile;
import dev.caravan.money.Money;
import dev.caravan.provider.Answer;
import dev.caravan.provider.Prompt;
import dev.caravan.run.WorkOrder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One realtime call on its way through the unit route. Used by one exchange, one thread at a time. */
public final class UnitCall {
    private final WorkOrder order;
    private final WorkOrder.Member member;
    private final String header;
    private final StepRequests requests;

    @Nullable Prompt prompt;

    String unitId = "";
    Money worst = Money.ZERO;
    boolean paidFor;
    /** Where it went through, while it is out. */
    @Nullable AccountTurnstile turnstile;

    long startedNanos;
    long sentAt;
    long requestsPerMinute;
    long tokensPerMinute;

    /** @param run as {@link #plain} makes it */
    UnitCall(String run, WorkOrder order, WorkOrder.Member member, StepRequests requests) {
        this.requests = requests;
        this.order = order;
        this.member = member;
        String key = member.key();
        int unit = order.stepName().length() + 1;
        int dash = key.indexOf('-', unit);
        this.header = run + "/" + order.stepName() + "/"
                + (dash < 0 ? key.substring(unit) : key.substring(unit, dash) + "/" + key.substring(dash + 1));
    }

    /** A run is called after its folder, and a header holds no line breaks and no letters beyond ASCII. */
    static String plain(String run) {
        return run.chars().allMatch(c -> c > ' ' && c < 127) ? run : URLEncoder.encode(run, StandardCharsets.UTF_8);
    }

    WorkOrder order() {
        return order;
    }

    /** What its unit is asked. */
    StepRequests requests() {
        return requests;
    }

    WorkOrder.Member member() {
        return member;
    }

    /** What goes to the provider, or null when there is nothing to send: unrendered, or the run stops. */
    public @Nullable Prompt prompt() {
        return prompt;
    }

    /** Value of the {@code X-Caravan-Call} header: run/step/unit/attempt. */
    public String header() {
        return header;
    }

    /** What the provider said that it allows, each minute; 0 where it says nothing. */
    public void allowed(long requests, long tokens) {
        requestsPerMinute = requests;
        tokensPerMinute = tokens;
    }

    /** What an {@link Answer} is when nothing was sent. */
    public boolean sent() {
        return prompt != null;
    }
}
