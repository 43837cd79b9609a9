package dev.caravan.octobatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.ModelDefaults;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is known while a folder is converted: what there was, what became of it, and what could not be carried over. */
final class ConversionContext {
    final OctobatchFolder source;
    final ModelDefaults registry;
    final ImportFindings findings = new ImportFindings();
    final Map<String, ValueType> types = new LinkedHashMap<>();
    final Map<String, String> texts = new LinkedHashMap<>();
    final Map<String, Path> copies = new LinkedHashMap<>();
    final ObjectNode original;
    final HelperExpressions helpers;
    final ObjectNode config = Json.object();

    /** @param original the config in its long form */
    ConversionContext(OctobatchFolder source, ModelDefaults registry, ObjectNode original) {
        this.source = source;
        this.registry = registry;
        this.original = original;
        var taken = new HashSet<String>();
        original.findValues("expressions").forEach(each -> each.fieldNames().forEachRemaining(taken::add));
        helpers = new HelperExpressions(taken);
    }

    /** Something that has to be finished by hand: a comment at its place, and in the list. */
    void left(ObjectNode at, String place, String why, JsonNode was) {
        findings.left("config.yaml", place, why);
        String text = was.isTextual() ? was.textValue() : Json.text(was);
        YamlText.comment(
                at, "not carried over, " + why + ":\n" + place.substring(place.lastIndexOf('.') + 1) + ": " + text);
    }

    /** A map of expressions, each of which becomes one of ours or a comment. */
    ObjectNode expressions(JsonNode map, String place) {
        ObjectNode made = Json.object();
        for (Map.Entry<String, JsonNode> each : map.properties()) {
            String at = place + "." + each.getKey();
            if (KnownFields.isSystemField(each.getKey())) {
                left(made, at, "is a name of the system's here; choose another", each.getValue());
                continue;
            }
            expression(each.getValue(), at, each.getKey(), made);
        }
        return made;
    }

    private void expression(JsonNode value, String place, String name, ObjectNode made) {
        String python = value.isTextual() ? value.textValue() : ConfigNodes.python(value);
        try {
            String ours = ShuffleInPlace.shuffled(python);
            PythonExpr parsed = ours.isEmpty() ? ExprParser.python(python.strip()) : new PythonExpr.Fixed("null");
            var words = new ExprWriter(types);
            ValueType[] type = {ValueType.UNKNOWN};
            String text = ours.isEmpty()
                    ? words.checked(each -> {
                        OurExpr said = each.value(parsed);
                        type[0] = said.type();
                        return said.text();
                    })
                    : ours;
            types.put(name, type[0]);
            made.put(name, text);
        } catch (UntranslatableException e) {
            types.put(name, ValueType.UNKNOWN);
            left(made, place, e.why(), value);
        }
    }

    /** An expression of which counts whether it holds. */
    void condition(JsonNode value, String place, String key, ObjectNode made) {
        try {
            made.put(
                    key,
                    ExprWriter.condition(value.isTextual() ? value.textValue() : ConfigNodes.python(value), types));
        } catch (UntranslatableException e) {
            left(made, place, e.why(), value);
        }
    }
}
