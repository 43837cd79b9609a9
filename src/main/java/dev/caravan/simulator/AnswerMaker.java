package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.CompletionAnswer.Finish;
import dev.caravan.simulator.SimulatorFaults.Kind;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes up answers. A pure function of seed, request body and call key, so that a killed run equals an undisturbed one:
 * the content depends on the key without its try, so that a repeat after a lost call brings the same answer in any mode.
 */
final class AnswerMaker {
    private static final Pattern KEY = Pattern.compile("(.*)-([0-9]+(?:f[0-9]+)*)-([0-9]+)(?:-t[0-9]+)?");

    private final long seed;
    private final Map<String, MadeAnswer> blocks = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> stepSchemas = new ConcurrentHashMap<>();
    private final SchemaAnswers schemas = new SchemaAnswers();

    AnswerMaker(long seed) {
        this.seed = seed;
    }

    /** How a step is answered; see {@link MadeAnswer}. */
    void block(String step, JsonNode block) {
        blocks.put(step, new MadeAnswer(block));
    }

    /** The schema of a step, for requests that carry none because their provider does not take it. */
    void schema(String step, JsonNode schema) {
        stepSchemas.put(step, schema);
    }

    /** Whether answers that fit a schema are found. */
    boolean rehearses(JsonNode schema) {
        return schemas.rehearses(schema);
    }

    /** The key without the mark by which a job is found again: {@code _n} and eight hex digits. */
    static String callOf(String customId) {
        return customId.replaceFirst("_n[0-9a-f]{8}$", "");
    }

    /** The key without its try. */
    static String attemptOf(String key) {
        Matcher matcher = KEY.matcher(key);
        return matcher.matches() ? matcher.group(1) + "-" + matcher.group(2) + "-" + matcher.group(3) : key;
    }

    private static String stepOf(String key) {
        Matcher matcher = KEY.matcher(key);
        return matcher.matches() ? matcher.group(1) : "";
    }

    /** @param markers what the caller asked to go wrong */
    CompletionAnswer answer(CompletionRequest asked, String key, SimulatorFaults faults, FaultMarkers markers) {
        String attempt = attemptOf(key);
        var dice = new SeededStream(seed, asked.body(), attempt);
        double fate = dice.share();
        boolean wrong = markers.has(Kind.WRONG_VALUE) || fate >= 1 - faults.share(Kind.WRONG_VALUE);
        String content = content(asked, stepOf(key), wrong, dice);
        var counted = new Counted(asked, attempt, faults, markers);
        if (counted.befalls(Kind.BLOCKED, new SeededStream(seed, attempt, "blocked"))) {
            return counted.made("", Finish.BLOCKED, null);
        }
        var draw = new FaultDraw(faults, fate, markers::has);
        if (draw.befalls(Kind.BROKEN_JSON)) {
            return counted.made(broken(content, dice), Finish.STOP, null);
        }
        if (draw.befalls(Kind.WRONG_SCHEMA)) {
            return counted.made("{\"unexpected\":" + dice.below(100) + "}", Finish.STOP, null);
        }
        if (draw.befalls(Kind.REFUSAL)) {
            return counted.made("", Finish.REFUSAL, "I can't help with that.");
        }
        return draw.befalls(Kind.TRUNCATION)
                ? counted.made(content.substring(0, content.length() / 2), Finish.LENGTH, null)
                : counted.made(content, Finish.STOP, null);
    }

    /** Counts tokens, and cuts where the request says so. */
    private final class Counted {
        private final CompletionRequest asked;
        private final SimulatorFaults faults;
        private final FaultMarkers markers;
        private final long cached;
        private final long written;
        private final long thought;
        private final @Nullable OddUsage odd;
        private final TokenRule rule;
        private final long input;

        Counted(CompletionRequest asked, String attempt, SimulatorFaults faults, FaultMarkers markers) {
            this.asked = asked;
            this.faults = faults;
            this.markers = markers;
            var dice = new SeededStream(seed, attempt, "tokens");
            boolean hit = befalls(Kind.CACHED, dice);
            boolean write = befalls(Kind.CACHE_WRITE, dice);
            boolean think = befalls(Kind.REASONING, dice);
            var usage = new SeededStream(seed, attempt, "usage");
            boolean none = befalls(Kind.NO_USAGE, usage);
            boolean told = befalls(Kind.ODD_USAGE, usage);
            odd = none ? OddUsage.LEFT_OUT : told ? OddUsage.of(usage) : null;
            rule = faults.tokens();
            input = rule.prompt(asked);
            cached = hit ? input / 2 : 0;
            written = write ? input / 4 : 0;
            thought = think ? 20 + dice.below(180) : 0;
        }

        private boolean befalls(Kind kind, SeededStream dice) {
            return dice.share() < faults.share(kind) || markers.has(kind);
        }

        CompletionAnswer made(String content, Finish finish, @Nullable String refusal) {
            long most = asked.maxTokens() > 0 ? asked.maxTokens() : Long.MAX_VALUE;
            long thinking = finish == Finish.BLOCKED ? 0 : Math.min(thought, most);
            String text = content;
            Finish end = finish;
            String stopped = null;
            for (String each : asked.stop()) {
                int at = each.isEmpty() ? -1 : text.indexOf(each);
                if (at >= 0) {
                    text = text.substring(0, at);
                    stopped = each;
                }
            }
            String said = refusal == null ? text : refusal;
            long spoken = finish == Finish.BLOCKED ? 0 : rule.answer(said);
            if (thinking + spoken > most) {
                text = rule.cut(text, most - thinking);
                spoken = most - thinking;
                end = finish == Finish.STOP ? Finish.LENGTH : finish;
                stopped = null;
            }
            return new CompletionAnswer(
                    text, end, refusal, stopped, input, cached, written, thinking + spoken, thinking, odd);
        }
    }

    private static String broken(String content, SeededStream dice) {
        return switch (dice.below(3)) {
            case 0 -> content.substring(0, Math.max(1, content.length() * 2 / 3));
            case 1 -> "I think the right answer is the first one.";
            default -> "{not json: " + content;
        };
    }

    private String content(CompletionRequest asked, String step, boolean wrong, SeededStream dice) {
        MadeAnswer block = blocks.get(step);
        JsonNode schema = asked.schema() == null || asked.schema().isMissingNode()
                ? stepSchemas.getOrDefault(step, MissingNode.getInstance())
                : asked.schema();
        if (block == null && schema.isMissingNode()) {
            return MadeValues.sentence(dice);
        }
        JsonNode made = block == null ? schemas.answer(schema, step, dice) : block.make(asked.prompt(), dice);
        if (wrong && made instanceof ObjectNode object) {
            WrongValue.spoil(object, schema, dice);
        }
        return Json.text(made);
    }
}
