package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.PlainText;
import dev.caravan.validation.SchemaFit;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that fit a schema: one is made up, held against the schema by the library that judges replies, and made up
 * anew by the next dice where it does not fit. A schema for which nothing is found is told once, and answered with what
 * came nearest; no schema is an error, for it is a stranger's.
 */
final class SchemaAnswers {
    private static final Logger log = LoggerFactory.getLogger(SchemaAnswers.class);
    private static final String HINT = "Constraints: ";
    /** Words whose members are data, and no schemas. */
    private static final Set<String> DATA = Set.of("enum", "const", "default", "examples");

    /** Words whose members have names that the author chose. */
    private static final Set<String> NAMED =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

    private static final int TRIES = 24;
    /** Once something fits but for the formats, which no judge asks for. */
    private static final int TRIES_FOR_FORMATS = 4;

    private static final long MOST_WORK = 30_000;
    private static final int MOST_KNOWN = 64;
    private static final int MOST_TOLD = 500;

    private final Map<JsonNode, Known> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<JsonNode, Known> eldest) {
            return size() > MOST_KNOWN;
        }
    });
    private final Set<Integer> told = Collections.synchronizedSet(new HashSet<>());

    /** A schema with what its descriptions tell, and how to check a value against it and its parts. */
    private static final class Known {
        final JsonNode schema;
        final @Nullable SchemaFit check;
        private final Map<JsonNode, Optional<SchemaFit>> parts = Collections.synchronizedMap(new IdentityHashMap<>());

        Known(JsonNode given) {
            schema = hinted(given);
            check = SchemaFit.of(schema);
        }

        /** Whether a part surely holds; one that cannot be checked by itself is left to the check of the whole. */
        boolean holds(JsonNode part, JsonNode value) {
            return check != null
                    && parts.computeIfAbsent(part, each -> Optional.ofNullable(check.part(each)))
                            .map(each -> each.fits(value))
                            .orElse(false);
        }

        boolean fits(JsonNode value) {
            return check == null || check.fits(value);
        }

        boolean fitsFormats(JsonNode value) {
            return check == null || check.fitsFormats(value);
        }
    }

    /** A schema with the constraints that its descriptions tell, as a model reads them there. */
    private static JsonNode hinted(JsonNode schema) {
        if (schema.isArray()) {
            ArrayNode all = Json.mapper().createArrayNode();
            schema.forEach(each -> all.add(hinted(each)));
            return all;
        }
        if (!schema.isObject()) {
            return schema;
        }
        ObjectNode all = Json.object();
        schema.properties().forEach(each -> all.set(each.getKey(), hinted(each.getKey(), each.getValue())));
        JsonNode said = schema.path("description");
        int at = said.isTextual() ? said.textValue().indexOf(HINT) : -1;
        if (at >= 0
                && RequestLines.parse(said.textValue().substring(at + HINT.length()))
                        instanceof ObjectNode constraints) {
            all.setAll(constraints);
        }
        return all;
    }

    private static JsonNode hinted(String key, JsonNode value) {
        if (NAMED.contains(key) && value.isObject()) {
            ObjectNode all = Json.object();
            value.properties().forEach(each -> all.set(each.getKey(), hinted(each.getValue())));
            return all;
        }
        return DATA.contains(key) ? value : hinted(value);
    }

    /** Whether an answer is found that fits, as far as a few of them tell. */
    boolean rehearses(JsonNode schema) {
        Known one = new Known(schema);
        return one.check != null
                && List.of(1, 2, 3).stream()
                        .allMatch(each ->
                                found(one, new SeededStream("rehearse", each)).fits());
    }

    /** @param fits whether it does, or nobody can say */
    private record Found(JsonNode answer, boolean fits) {}

    JsonNode answer(JsonNode schema, String step, SeededStream dice) {
        Known one = known.computeIfAbsent(schema, Known::new);
        Found found = found(one, dice);
        if (!found.fits() && told.size() < MOST_TOLD && told.add(schema.hashCode())) {
            log.warn(
                    "the simulator finds no answer that fits the schema{}; give the step a simulate: block. The schema: {}",
                    step.isEmpty() ? "" : " of step " + PlainText.line(step, 100),
                    PlainText.line(Json.text(schema), 300));
        }
        return found.answer();
    }

    private static Found found(Known one, SeededStream dice) {
        var best = new BestAnswer(one);
        if (best.isPerfect(straight(one.schema, dice))) {
            return best.found();
        }
        long seed = dice.next();
        for (int i = 0; i < (best.fits() ? TRIES_FOR_FORMATS : TRIES); i++) {
            if (best.isPerfect(tried(one, i, new SeededStream(seed, "try", i)))) {
                break;
            }
        }
        return best.found();
    }

    /** The best of several answers: one with all its formats, else one that fits, else the first. */
    private static final class BestAnswer {
        private final Known one;
        private @Nullable JsonNode first;
        private @Nullable JsonNode fitting;

        BestAnswer(Known one) {
            this.one = one;
        }

        /** Looks at one more; there can be no better one than a perfect. */
        boolean isPerfect(@Nullable JsonNode made) {
            if (made == null) {
                return false;
            }
            boolean perfect = one.fitsFormats(made);
            if (perfect || (fitting == null && one.fits(made))) {
                fitting = made;
            }
            first = first == null ? made : first;
            return perfect;
        }

        boolean fits() {
            return fitting != null;
        }

        Found found() {
            JsonNode any = first == null ? Json.object() : first;
            return new Found(fitting == null ? any : fitting, fitting != null);
        }
    }

    private static @Nullable JsonNode straight(JsonNode schema, SeededStream dice) {
        try {
            return new StraightAnswer(new MakingBudget(MOST_WORK)).make(schema, dice);
        } catch (MakingBudget.Spent e) {
            return null;
        }
    }

    private static @Nullable JsonNode tried(Known one, int attempt, SeededStream dice) {
        try {
            return new SchemaMaker(one.schema, one::holds, attempt, dice, new MakingBudget(MOST_WORK)).make();
        } catch (MakingBudget.Spent e) {
            return null;
        }
    }
}
