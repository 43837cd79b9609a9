package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.provider.Lane;
import dev.caravan.simulator.RefusedCall.Problem;
import dev.caravan.simulator.RefusedCall.Refused;
import dev.caravan.simulator.SimulatorFaults.Kind;
import dev.caravan.simulator.SimulatorFaults.Setting;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Answers realtime calls: limits, faults, bill, answer, the same for all wires. */
final class CompletionCalls {
    private static final Map<Kind, RefusedCall> TROUBLE = new LinkedHashMap<>();

    static {
        trouble(Kind.THROTTLE, Problem.THROTTLED, "Rate limit reached.");
        trouble(Kind.ERROR500, Problem.SERVER, "The server had an error.");
        trouble(Kind.ERROR503, Problem.UNAVAILABLE, "The engine is overloaded, please slow down.");
        trouble(Kind.THROTTLE_BARE, Problem.THROTTLED, "Rate limit reached.");
        trouble(Kind.QUOTA, Problem.QUOTA, "You exceeded your current quota.");
        trouble(Kind.BILLING, Problem.BILLING, "There is a problem with billing.");
        trouble(Kind.FORBIDDEN, Problem.FORBIDDEN, "This key may not do that.");
        trouble(Kind.TIMEOUT, Problem.TIMEOUT, "The request took too long to arrive.");
        trouble(Kind.CONFLICT, Problem.CONFLICT, "The request conflicts with another one.");
        trouble(Kind.TOO_LARGE, Problem.TOO_LARGE, "The request is too large.");
        trouble(Kind.UNPROCESSABLE, Problem.UNPROCESSABLE, "The request cannot be processed.");
        trouble(Kind.ERROR502, Problem.BAD_GATEWAY, "Bad gateway.");
        trouble(Kind.ERROR504, Problem.GATEWAY_TIMEOUT, "The request timed out.");
        trouble(Kind.OVERLOADED, Problem.OVERLOADED, "Overloaded.");
        trouble(Kind.INVALID, Problem.INVALID, "The request is invalid.");
        trouble(Kind.NOT_FOUND, Problem.NOT_FOUND, "There is no such thing.");
        trouble(Kind.UNAUTHENTICATED, Problem.UNAUTHENTICATED, "The credentials are not valid.");
        trouble(Kind.CANCELED, Problem.CANCELED, "The operation was cancelled.");
        trouble(Kind.WRONG_KEY, Problem.BAD_KEY, "Incorrect API key provided.");
    }

    private static void trouble(Kind kind, Problem problem, String message) {
        TROUBLE.put(kind, RefusedCall.of(problem, message));
    }

    private final SimulatorSettings settings;
    private final AnswerMaker answers;
    private final SimulatorBill bill;
    private final Vertx vertx;
    private final RateMeter calls;
    private final RateMeter tokens;
    private final Map<String, Integer> seen = new ConcurrentHashMap<>();

    CompletionCalls(SimulatorSettings settings, AnswerMaker answers, SimulatorBill bill, Vertx vertx) {
        this.settings = settings;
        this.answers = answers;
        this.bill = bill;
        this.vertx = vertx;
        calls = new RateMeter(settings.faults().number(Setting.RPM));
        tokens = new RateMeter(settings.faults().number(Setting.TPM));
    }

    /** Reads the call's body and answers it. */
    void answer(SimulatedCall talk, String model, String version) {
        talk.withJson(body -> {
            try {
                CompletionRequest asked = talk.wire.read(body, model, version);
                SimulatedCall.guarded(talk, () -> late(talk, asked));
            } catch (Refused e) {
                talk.fail(e.failure);
            }
        });
    }

    /** How often something was done, this time included. */
    int sight(String what) {
        return seen.merge(what, 1, Integer::sum);
    }

    /** Limits are looked at when a call comes, before any work on it; an answer takes its time. */
    private void late(SimulatedCall talk, CompletionRequest asked) {
        if (limited(talk, asked)) {
            return;
        }
        String key = key(talk, asked);
        var transport = new SeededStream(settings.seed(), asked.body(), key, "transport");
        SimulatorFaults faults = settings.faults();
        int wait = faults.latencyFrom()
                + (faults.latencyTo() > faults.latencyFrom()
                        ? transport.below(faults.latencyTo() - faults.latencyFrom() + 1)
                        : 0);
        double fate = transport.share();
        if (wait == 0) {
            answer(talk, asked, key, fate);
        } else {
            vertx.setTimer(wait, timer -> SimulatedCall.guarded(talk, () -> answer(talk, asked, key, fate)));
        }
    }

    private void answer(SimulatedCall talk, CompletionRequest asked, String key, double fate) {
        SimulatorFaults faults = settings.faults();
        FaultMarkers markers = talk.markers().and(FaultMarkers.in(asked.prompt()));
        int sight = markers.wanted().isEmpty() ? 1 : sight("marked " + asked.body());
        var draw = new FaultDraw(faults, fate, kind -> markers.has(kind, sight));
        for (Map.Entry<Kind, RefusedCall> each : TROUBLE.entrySet()) {
            if (draw.befalls(each.getKey())) {
                refuse(talk, each.getKey(), each.getValue(), markers.retryAfter());
                return;
            }
        }
        if (draw.befalls(Kind.HTML)) {
            talk.send(502, "text/html", Buffer.buffer("<html><body><h1>502 Bad Gateway</h1></body></html>"));
            return;
        }
        boolean silent = draw.befalls(Kind.SILENCE);
        boolean reset = !silent && draw.befalls(Kind.RESET);
        if (silent && new SeededStream(settings.seed(), key, "silence").share() < 0.5) {
            return;
        }
        CompletionAnswer made = talk.wire.counted(answers.answer(asked, key, faults, markers));
        bill.book(bill.line(key, talk.wire.provider(), asked.model(), Lane.REALTIME, made));
        if (reset) {
            talk.drop();
        } else if (!silent) {
            String id = Long.toHexString(new SeededStream(settings.seed(), key).next());
            talk.json(talk.wire.completion(id, asked, made));
        }
    }

    private void refuse(SimulatedCall talk, Kind kind, RefusedCall failure, @Nullable Long asked) {
        Long wait = null;
        if (failure.problem() == Problem.THROTTLED) {
            bill.throttled();
        }
        if (kind == Kind.THROTTLE) {
            wait = asked == null ? settings.faults().number(Setting.RETRY_AFTER) : asked;
            limits(talk, wait);
        }
        talk.fail(failure, talk.wire.status(failure), wait);
    }

    private boolean limited(SimulatedCall talk, CompletionRequest asked) {
        long wait =
                Math.max(calls.take(1), tokens.take(settings.faults().tokens().prompt(asked) + asked.maxTokens()));
        if (calls.perMinute() > 0 || tokens.perMinute() > 0) {
            limits(talk, wait);
        }
        if (wait == 0) {
            return false;
        }
        bill.throttled();
        var failure = RefusedCall.of(Problem.THROTTLED, "Rate limit reached.");
        talk.fail(failure, talk.wire.status(failure), wait);
        return true;
    }

    /** What a provider says of its limits in headers; gemini says nothing. */
    private void limits(SimulatedCall talk, long wait) {
        if (talk.wire.provider().equals("openai")) {
            talk.header("x-ratelimit-limit-requests", String.valueOf(calls.perMinute()));
            talk.header("x-ratelimit-remaining-requests", String.valueOf(calls.left()));
            talk.header("x-ratelimit-reset-requests", wait + "ms");
            talk.header("x-ratelimit-limit-tokens", String.valueOf(tokens.perMinute()));
            talk.header("x-ratelimit-remaining-tokens", String.valueOf(tokens.left()));
            talk.header("x-ratelimit-reset-tokens", wait + "ms");
        } else if (talk.wire.provider().equals("anthropic")) {
            String reset = settings.clock().instant().plusMillis(wait).toString();
            for (String each : List.of("requests", "tokens", "input-tokens", "output-tokens")) {
                RateMeter meter = each.equals("requests") ? calls : tokens;
                talk.header("anthropic-ratelimit-" + each + "-limit", String.valueOf(meter.perMinute()));
                talk.header("anthropic-ratelimit-" + each + "-remaining", String.valueOf(meter.left()));
                talk.header("anthropic-ratelimit-" + each + "-reset", reset);
            }
        }
        if (wait > 0) {
            talk.retryAfter(wait);
        }
    }

    /** The call's name without the run, as a batch would have it; else the body's hash and how often it was seen. */
    private String key(SimulatedCall talk, CompletionRequest asked) {
        String header = talk.header("X-Caravan-Call");
        if (header != null && header.indexOf('/') > 0) {
            return header.substring(header.indexOf('/') + 1).replace('/', '-');
        }
        String hash = Long.toHexString(new SeededStream(asked.body()).next());
        return "body-" + hash + "-" + sight(hash);
    }

    /** Counts a prompt's tokens; nothing is billed. */
    void count(SimulatedCall talk, JsonNode body, String model, String version, LongFunction<JsonNode> shape) {
        try {
            talk.json(shape.apply(settings.faults().tokens().prompt(talk.wire.read(body, model, version))));
        } catch (Refused e) {
            talk.fail(e.failure);
        }
    }
}
