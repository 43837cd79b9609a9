package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.caravan.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/** Holds a reply against a JSON Schema (draft 2020-12), after mending types that are plainly meant. */
public final class SchemaJudge {
    private static final int MOST_FINDINGS = 20;
    /** For runs of the first rule, whose patterns were not bounded: more than any of them can have needed. */
    private static final long FIRST_LOOKS = 1_000_000_000;
    /** And whose steps were not: so many times the usual ones, which took longer than anybody waits. */
    private static final int FIRST_TIMES = 1_000;

    private static final String OWN_NAME = SchemaRefs.BASE + "schema.json";
    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder()
            .formatAssertionsEnabled(false)
            .pathType(PathType.JSON_PATH)
            .locale(Locale.ROOT)
            .regularExpressionFactory(CountedPattern::new)
            .build();
    private static final JsonSchema RULES_FOR_SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(SchemaLocation.of(SchemaId.V202012), CONFIG);

    private final JsonNode schema;
    private final JsonSchema compiled;
    private final ApplicableSchemas applied;
    private final SchemaWork work;

    private SchemaJudge(JsonNode schema, JsonSchema compiled) {
        this.schema = schema;
        this.compiled = compiled;
        var refs = new SchemaRefs(schema);
        applied = new ApplicableSchemas(refs);
        work = new SchemaWork(schema, refs);
    }

    /** Compiles a schema, and holds it against the rules for schemas first. */
    public static SchemaJudge compile(JsonNode schema) {
        if (!schema.isObject()) {
            throw new SchemaException("$", "a JSON Schema is an object");
        }
        Set<ValidationMessage> wrong = RULES_FOR_SCHEMAS.validate(Json.text(schema), InputFormat.JSON);
        for (ValidationMessage each : wrong) {
            throw refused(each);
        }
        // A factory of its own: a shared one remembers schemas by their $id, those of other pipelines too.
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012,
                builder -> builder.schemaLoaders(loaders -> loaders.add(iri -> {
                    String name = iri.toString();
                    if (name.equals(schema.path("$schema").asText())) {
                        throw new SchemaException(
                                "$schema",
                                "unknown draft " + name + "; write https://json-schema.org/draft/2020-12/schema");
                    }
                    throw new SchemaException(
                            "$ref",
                            "a schema may not load another file or address: "
                                    + (name.startsWith(SchemaRefs.BASE)
                                            ? name.substring(SchemaRefs.BASE.length())
                                            : name));
                })));
        try {
            JsonSchema compiled = factory.getSchema(SchemaLocation.of(OWN_NAME), schema, CONFIG);
            compiled.initializeValidators();
            return new SchemaJudge(schema, compiled);
        } catch (JsonSchemaException e) {
            throw told(e);
        } catch (PatternSyntaxException e) {
            throw noPattern(e);
        } catch (StackOverflowError e) {
            throw new SchemaException("$", "is nested too deeply");
        }
    }

    private static SchemaException told(JsonSchemaException e) {
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (each instanceof SchemaException own) {
                return own;
            }
            if (each instanceof PatternSyntaxException own) {
                return noPattern(own);
            }
        }
        return new SchemaException("$", String.valueOf(e.getMessage()));
    }

    private static SchemaException noPattern(PatternSyntaxException e) {
        return new SchemaException("$", "'" + e.getPattern() + "' is no regular expression: " + e.getDescription());
    }

    private static SchemaException refused(ValidationMessage message) {
        String place = String.valueOf(message.getInstanceLocation());
        JsonNode value = message.getInstanceNode();
        if (place.matches(".*\\.type(\\[[0-9]+])?") && value != null && value.isTextual()) {
            return new SchemaException(place, SchemaCheck.unknownType(value.textValue()));
        }
        String text = message.getMessage();
        return new SchemaException(place, text.startsWith(place + ": ") ? text.substring(place.length() + 2) : text);
    }

    public JsonNode schema() {
        return schema;
    }

    /** Mends the object in place as far as the schema allows, and says what still does not hold. */
    List<Finding> judge(ObjectNode object, ReadingRule reading) {
        var findings = new ArrayList<Finding>();
        boolean first = reading == ReadingRule.FIRST;
        try {
            CountedPattern.within(first ? FIRST_LOOKS : CountedPattern.MOST_LOOKS, () -> {
                if (first) {
                    new FirstCoercion(schema, findings).mend(object);
                } else {
                    new TypeCoercion(schema, applied, findings).mend(object);
                }
                nonFinite(object, "$", findings);
                if (work.isEndless(object, first ? FIRST_TIMES : 1)) {
                    findings.add(Finding.error(
                            "schema_limit",
                            "$",
                            "is nested so deeply that holding it against the schema, whose branches come back to"
                                    + " themselves, would not end"));
                    return findings;
                }
                hold(object, first ? findings.size() : 0, findings);
                return findings;
            });
        } catch (CountedPattern.EndlessException e) {
            findings.add(Finding.error("schema_pattern_limit", "$", String.valueOf(e.getMessage())));
        } catch (StackOverflowError e) {
            findings.add(Finding.error("schema_nesting", "$", "is nested too deeply to be held against the schema"));
        }
        return findings;
    }

    /** @param told findings that count as if the schema had told them; the first rule counted what was mended */
    private void hold(ObjectNode object, int told, List<Finding> findings) {
        int left = MOST_FINDINGS - told;
        for (ValidationMessage each : compiled.validate(object)) {
            if (left-- <= 0) {
                break;
            }
            findings.add(finding(each));
        }
    }

    private static Finding finding(ValidationMessage message) {
        String place = String.valueOf(message.getInstanceLocation());
        String text = message.getMessage();
        return Finding.error(
                "schema_" + message.getType(),
                place,
                text.startsWith(place + ": ") ? text.substring(place.length() + 2) : text);
    }

    private static void nonFinite(JsonNode node, String place, List<Finding> findings) {
        if ((node.isDouble() || node.isFloat()) && !Double.isFinite(node.doubleValue())) {
            findings.add(Finding.error("schema_non_finite_number", place, "the number is not finite"));
        }
        node.properties().forEach(each -> nonFinite(each.getValue(), place + "." + each.getKey(), findings));
        for (int i = 0; i < (node.isArray() ? node.size() : 0); i++) {
            nonFinite(node.get(i), place + "[" + i + "]", findings);
        }
    }
}
