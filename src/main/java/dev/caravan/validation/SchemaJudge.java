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
import java.util.Set;

/** Holds a reply against a JSON Schema (draft 2020-12), after mending types that are plainly meant. */
public final class SchemaJudge {
    private static final int MOST_FINDINGS = 20;
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder -> builder.schemaLoaders(loaders -> loaders.add(iri -> {
                throw new SchemaException("$ref", "a schema may not load another file or address: " + iri);
            })));
    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder()
            .formatAssertionsEnabled(false)
            .pathType(PathType.JSON_PATH)
            .locale(java.util.Locale.ROOT)
            .build();

    private final JsonNode schema;
    private final JsonSchema compiled;

    private SchemaJudge(JsonNode schema, JsonSchema compiled) {
        this.schema = schema;
        this.compiled = compiled;
    }

    /** Compiles a schema, and holds it against the rules for schemas first. */
    public static SchemaJudge compile(JsonNode schema) {
        if (!schema.isObject()) {
            throw new SchemaException("$", "a JSON Schema is an object");
        }
        Set<ValidationMessage> wrong = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(SchemaLocation.of(SchemaId.V202012), CONFIG)
                .validate(Json.text(schema), InputFormat.JSON);
        for (ValidationMessage each : wrong) {
            throw new SchemaException(String.valueOf(each.getInstanceLocation()), each.getMessage());
        }
        try {
            JsonSchema compiled = FACTORY.getSchema(schema, CONFIG);
            compiled.initializeValidators();
            return new SchemaJudge(schema, compiled);
        } catch (JsonSchemaException e) {
            throw new SchemaException("$", String.valueOf(e.getMessage()));
        }
    }

    public JsonNode schema() {
        return schema;
    }

    /** Mends the object in place as far as the schema allows, and says what still does not hold. */
    List<Finding> judge(ObjectNode object) {
        var findings = new ArrayList<Finding>();
        new Coercion(schema, findings).mend(object);
        nonFinite(object, "$", findings);
        for (ValidationMessage each : compiled.validate(object)) {
            if (findings.size() >= MOST_FINDINGS) {
                break;
            }
            findings.add(finding(each));
        }
        return findings;
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
