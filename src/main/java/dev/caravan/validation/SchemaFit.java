package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.AnnotationKeyword;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.regex.RegularExpression;
import dev.caravan.base.Json;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Whether values fit a schema that anybody may have sent. Its work is bounded: a schema that is too large, turns in a
 * circle or has figures without measure is not checked at all, and a pattern gives up after so many looks.
 */
public final class SchemaFit {
    private static final int MOST_NODES = 20_000;
    /** Schemas that one value may be held against at one place. */
    private static final int MOST_AT_A_PLACE = 2_000;

    private static final int DEEPEST = 60;
    private static final int WIDEST_FIGURE = 400;
    /** Looks at characters that all patterns may take on one value. */
    private static final int MOST_LOOKS = 200_000;

    private static final List<String> LISTS = List.of("allOf", "anyOf", "oneOf");
    private static final List<String> SINGLES = List.of("not", "if", "then", "else");
    /** Words that are in no rule, such as OpenAPI's {@code discriminator}, are let be, and nothing is logged of them. */
    private static final JsonMetaSchema WORDS = JsonMetaSchema.builder(JsonMetaSchema.getV202012())
            .unknownKeywordFactory((keyword, context) -> new AnnotationKeyword(keyword))
            .build();

    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder -> builder.metaSchema(WORDS)
                    .schemaLoaders(loaders -> loaders.add(iri -> {
                        throw new SchemaException("$ref", "a schema may not load another file or address: " + iri);
                    })));

    private final JsonNode root;
    private final JsonSchema plain;
    private final JsonSchema formal;

    private SchemaFit(JsonNode root, JsonSchema plain, JsonSchema formal) {
        this.root = root;
        this.plain = plain;
        this.formal = formal;
    }

    /** @return null for a schema that cannot be checked */
    public static @Nullable SchemaFit of(JsonNode schema) {
        if (!schema.isObject() || !measured(schema) || !ends(schema)) {
            return null;
        }
        try {
            return new SchemaFit(schema, compiled(schema, false), compiled(schema, true));
        } catch (RuntimeException e) {
            // Whatever the library makes of it: a schema that it does not take cannot be checked by it.
            return null;
        }
    }

    private static JsonSchema compiled(JsonNode schema, boolean formats) {
        JsonSchema compiled = FACTORY.getSchema(
                schema,
                SchemaValidatorsConfig.builder()
                        .formatAssertionsEnabled(formats)
                        .regularExpressionFactory(SchemaFit::pattern)
                        .build());
        compiled.initializeValidators();
        return compiled;
    }

    /** A check of a part of the schema, whose references still lead into the definitions of the whole. */
    public @Nullable SchemaFit part(JsonNode part) {
        ObjectNode whole = Json.object();
        for (String each : List.of("$defs", "definitions")) {
            if (root.has(each)) {
                whole.set(each, root.get(each));
            }
        }
        whole.putArray("allOf").add(part);
        return of(whole);
    }

    public boolean fits(JsonNode value) {
        return holds(plain, value);
    }

    /** Whether the value also has the {@code format} its schema names, which a judge does not ask for. */
    public boolean fitsFormats(JsonNode value) {
        return holds(formal, value);
    }

    private static boolean holds(JsonSchema schema, JsonNode value) {
        try {
            return CountedPattern.within(
                    MOST_LOOKS, () -> schema.validate(value).isEmpty());
        } catch (RuntimeException e) {
            // A pattern that gave up, or a figure the library stumbles over: nobody can say that it fits.
            return false;
        }
    }

    /** Whether a pattern is found in a text, after a bounded search; a pattern that is none is not. */
    public static boolean found(String pattern, String text) {
        try {
            return CountedPattern.within(MOST_LOOKS, () -> pattern(pattern).matches(text));
        } catch (CountedPattern.EndlessException e) {
            return false;
        }
    }

    /** One that is no pattern finds nothing, and is not worth a line of the library's in the log. */
    private static RegularExpression pattern(String text) {
        try {
            return new CountedPattern(text);
        } catch (PatternSyntaxException e) {
            return value -> false;
        }
    }

    /** Whether a figure can be reckoned with: {@code 1e1000000000} takes four bytes to say and a gigabyte to write out. */
    public static boolean measured(BigDecimal figure) {
        return Math.abs((long) figure.precision() - figure.scale()) <= WIDEST_FIGURE
                && Math.abs((long) figure.scale()) <= WIDEST_FIGURE;
    }

    private static boolean measured(JsonNode schema) {
        var left = new ArrayDeque<JsonNode>();
        left.add(schema);
        for (int seen = 0; !left.isEmpty(); seen++) {
            JsonNode each = left.remove();
            if (seen > MOST_NODES || (each.isNumber() && !measured(each.decimalValue()))) {
                return false;
            }
            each.forEach(left::add);
        }
        return true;
    }

    /** Whether no value is held against endlessly many schemas at one place. */
    private static boolean ends(JsonNode root) {
        var left = new ArrayDeque<JsonNode>();
        left.add(root);
        var refs = new SchemaRefs(root);
        while (!left.isEmpty()) {
            JsonNode each = left.remove();
            if (each.isObject() && !ends(each, refs, 0, new int[1])) {
                return false;
            }
            each.forEach(inner -> {
                if (inner.isContainerNode()) {
                    left.add(inner);
                }
            });
        }
        return true;
    }

    private static boolean ends(JsonNode schema, SchemaRefs refs, int depth, int[] seen) {
        if (depth > DEEPEST || ++seen[0] > MOST_AT_A_PLACE) {
            return false;
        }
        for (JsonNode each : inPlace(schema, refs)) {
            if (!ends(each, refs, depth + 1, seen)) {
                return false;
            }
        }
        return true;
    }

    /** The schemas that are asked of the same value. */
    private static List<JsonNode> inPlace(JsonNode schema, SchemaRefs refs) {
        var all = new ArrayList<JsonNode>();
        if (SchemaRefs.refers(schema)) {
            all.add(refs.target(schema));
        }
        LISTS.forEach(key -> schema.path(key).forEach(all::add));
        SINGLES.stream().map(schema::path).filter(JsonNode::isObject).forEach(all::add);
        schema.path("dependentSchemas").forEach(all::add);
        return all;
    }
}
