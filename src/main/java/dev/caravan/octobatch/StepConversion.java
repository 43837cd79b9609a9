package dev.caravan.octobatch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The steps that are done for each unit, with what the original keeps apart from them: template, schema and rules. */
final class StepConversion {
    private static final Set<String> NEEDLESS =
            Set.of("prompt_template", "depends_on", "requests_per_triple", "outputs_per_request");

    private static final Set<String> OF_ALL = Set.of("name", "scope", "description");
    private static final Set<String> ASKING = Set.of("chunk", "llm");

    private final ConversionContext all;
    private final ObjectNode api;
    private final Set<String> taken = new HashSet<>();
    private boolean asked;

    StepConversion(ConversionContext all, ObjectNode api) {
        this.all = all;
        this.api = api;
    }

    ObjectNode step(ObjectNode was) {
        String original = was.path("name").asText();
        String name = name(original);
        String scope = was.path("scope").asText("chunk").toLowerCase(Locale.ROOT);
        ObjectNode made = Json.object().put("name", name);
        String place = "steps." + name;
        if (!ASKING.contains(scope)) {
            made.put("scope", scope);
        }
        ConfigNodes.copy(was, "description", made);
        Set<String> known = switch (scope) {
            case "chunk", "llm" -> asking(was, original, name, made);
            case "expression" -> computing(was, made, place);
            case "fan_out" -> splitting(was, made);
            default -> Set.of();
        };
        unknown(was, known, place, made);
        if (scope.equals("expression")) {
            schema(original, name);
        }
        rules(original, scope, place, made);
        return made;
    }

    private Set<String> splitting(ObjectNode was, ObjectNode made) {
        ConfigNodes.copy(was, "field", made);
        ConfigNodes.copy(was, "child_field", made);
        all.types.put(was.path("child_field").asText(was.path("field").asText()), ValueType.UNKNOWN);
        all.types.put("_fan_index", ValueType.NUMBER);
        all.types.put("_fan_parent_id", ValueType.TEXT);
        return Set.of("field", "child_field");
    }

    private void unknown(ObjectNode was, Set<String> known, String place, ObjectNode made) {
        was.properties().stream()
                .filter(each -> !known.contains(each.getKey()))
                .filter(each -> !OF_ALL.contains(each.getKey()) && !NEEDLESS.contains(each.getKey()))
                .forEach(each ->
                        all.left(made, place + "." + each.getKey(), "it is not known at such a step", each.getValue()));
    }

    private void rules(String original, String scope, String place, ObjectNode made) {
        JsonNode rules = all.original.path("validation").path(original);
        if (!rules.isEmpty() && scope.equals("fan_out")) {
            all.findings.changed("config.yaml", "validation." + original, "left out: a fan_out was not judged");
            return;
        }
        if (!(rules instanceof ObjectNode block) || block.isEmpty()) {
            return;
        }
        ObjectNode validation = validation(block, "validation." + original);
        if (!validation.isEmpty()) {
            made.set("validation", validation);
        }
        if (scope.equals("expression") && asked) {
            all.findings.changed(
                    "config.yaml",
                    place,
                    "a unit that does not hold here goes back to the model, up to max_retries; retry_from: none lets"
                            + " it fail at once, as it was");
        }
    }

    private String name(String original) {
        String plain = original.replaceAll("[^A-Za-z0-9_-]+", "_");
        String name = plain.substring(0, Math.min(40, plain.length()));
        name = name.isEmpty() ? "step" : name;
        String base = name.substring(0, Math.min(36, name.length()));
        for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
            name = base + "_" + i;
        }
        if (!name.equals(original)) {
            all.findings.changed("config.yaml", "steps." + name, "was called '" + original + "'");
        }
        return name;
    }

    private Set<String> computing(ObjectNode was, ObjectNode made, String place) {
        for (String key : new String[] {"init", "expressions"}) {
            if (was.path(key) instanceof ObjectNode map && !map.isEmpty()) {
                made.set(key, all.expressions(map, place + "." + key));
            }
        }
        if (was.has("loop_until")) {
            all.condition(was.path("loop_until"), place + ".loop_until", "loop_until", made);
            ConfigNodes.copy(was, "max_iterations", made);
            all.findings.changed(
                    "config.yaml", place, "a unit that reaches max_iterations fails here; there it went on as it was");
        }
        return Set.of("init", "expressions", "loop_until", "max_iterations");
    }

    private Set<String> asking(ObjectNode was, String original, String name, ObjectNode made) {
        if (was.has("provider")) {
            String provider = was.path("provider").asText().toLowerCase(Locale.ROOT);
            made.put("provider", provider);
            String inherited = api.path("model").asText();
            boolean foreign = !inherited.isEmpty()
                    && registry(inherited).map(each -> !each.equals(provider)).orElse(false);
            if (!was.has("model") && foreign && all.registry.providers().contains(provider)) {
                made.put("model", all.registry.defaultModel(provider));
                all.findings.changed(
                        "config.yaml",
                        "steps." + name + ".model",
                        "there was " + inherited + ", which is not one of " + provider + "'s");
            }
        }
        ConfigNodes.copy(was, "model", made);
        String inherited =
                was.path("provider").asText(api.path("provider").asText()).toLowerCase(Locale.ROOT);
        String model = was.path("model").asText("");
        Optional<String> owner = registry(model);
        if (!was.has("provider") && owner.isPresent() && !owner.get().equals(inherited)) {
            made.put("provider", owner.get());
        }
        for (String each : new String[] {"max_tokens", "temperature", "system", "stop", "seed"}) {
            ConfigNodes.copy(was, each, made);
        }
        template(was, original, name, made);
        schema(original, name);
        asked = true;
        return Set.of("provider", "model", "max_tokens", "temperature", "system", "stop", "seed", "template");
    }

    private Optional<String> registry(String model) {
        return model.isEmpty() ? Optional.empty() : all.registry.providerOf(model);
    }

    private void template(ObjectNode was, String original, String name, ObjectNode made) {
        JsonNode prompts = all.original.path("prompts");
        String home = prompts.path("template_dir").asText("templates");
        String file = prompts.path("templates")
                .path(original)
                .asText(was.path("prompt_template").asText(""));
        String path = inside(home, file);
        Optional<String> text = file.isEmpty() ? Optional.empty() : all.source.text(path);
        if (text.isEmpty()) {
            all.left(
                    made,
                    "steps." + name + ".template",
                    file.isEmpty() ? "no template is named for it" : "there is no such template in the folder",
                    Json.mapper().getNodeFactory().textNode(file));
            return;
        }
        Map<String, ValueType> fields = new LinkedHashMap<>(all.types);
        all.original
                .path("prompts")
                .path("global_context")
                .properties()
                .forEach(each -> fields.put(each.getKey(), FieldTypes.ofValue(each.getValue())));
        all.original
                .path("processing")
                .path("expressions")
                .fieldNames()
                .forEachRemaining(each -> fields.putIfAbsent(each, ValueType.UNKNOWN));
        var names = new TemplateNames(fields, TemplateNames.configKeys(), asked);
        all.texts.put(
                "templates/" + name + ".vm",
                TemplateWriter.written(
                        path,
                        text.get(),
                        name,
                        names,
                        all.helpers,
                        all.findings,
                        each -> all.source.text(inside(home, each))));
    }

    /** A file that may be named with its folder or without. */
    private String inside(String home, String file) {
        String path = home + "/" + file;
        return all.source.file(path).isEmpty() && all.source.file(file).isPresent() ? file : path;
    }

    private void schema(String original, String name) {
        JsonNode schemas = all.original.path("schemas");
        String file = schemas.path("files").path(original).asText("");
        if (file.isEmpty()) {
            return;
        }
        String path = inside(schemas.path("schema_dir").asText("schemas"), file);
        Optional<String> text = all.source.text(path);
        if (text.isEmpty()) {
            all.findings.left(
                    "config.yaml", "schemas.files." + original, "there is no file " + path + " in the folder");
            return;
        }
        all.texts.put("schemas/" + name + ".json", text.get());
        try {
            Json.mapper()
                    .readTree(text.get())
                    .path("properties")
                    .properties()
                    .forEach(each -> all.types.put(
                            each.getKey(), FieldTypes.ofName(each.getValue().path("type"))));
        } catch (JsonProcessingException e) {
            all.findings.left(path, "", "is not JSON");
        }
    }

    private ObjectNode validation(ObjectNode was, String place) {
        ObjectNode made = Json.object();
        was.path("types")
                .properties()
                .forEach(each -> all.types.put(each.getKey(), FieldTypes.ofName(each.getValue())));
        was.path("required").forEach(each -> all.types.putIfAbsent(each.asText(), ValueType.UNKNOWN));
        for (Map.Entry<String, JsonNode> each : was.properties()) {
            switch (each.getKey()) {
                case "required", "types", "ranges", "enums" -> {
                    if (!each.getValue().isEmpty()) {
                        made.set(each.getKey(), each.getValue());
                    }
                }
                case "rules" -> {
                    ArrayNode rules = rules(each.getValue(), place + ".rules");
                    if (!rules.isEmpty()) {
                        made.set("rules", rules);
                    }
                }
                default -> all.left(made, place + "." + each.getKey(), "it is not known", each.getValue());
            }
        }
        return made;
    }

    private ArrayNode rules(JsonNode was, String place) {
        ArrayNode made = Json.mapper().createArrayNode();
        var names = new HashSet<String>();
        for (JsonNode each : was) {
            String name = each.path("name").asText("unnamed_rule");
            String unique = name;
            for (int i = 2; !names.add(unique); i++) {
                unique = name + "_" + i;
            }
            ObjectNode rule = Json.object().put("name", unique);
            String at = place + "." + unique;
            try {
                if (each.has("when")) {
                    rule.put("when", rule(each.path("when")));
                }
                rule.put("expr", rule(each.path("expr")));
            } catch (UntranslatableException e) {
                all.findings.left("config.yaml", at, e.why());
                made.addObject().put("#", "not carried over, " + e.why() + ":\n- " + Json.text(each));
                continue;
            }
            if (each.has("error")) {
                rule.set("error", each.get("error"));
            }
            if (each.path("level").asText("").equalsIgnoreCase("warning")) {
                rule.put("level", "warning");
            }
            made.add(rule);
        }
        return made;
    }

    private String rule(JsonNode text) {
        String python = text.isTextual() ? text.textValue() : ConfigNodes.python(text);
        if (RandomCalls.in(ExprParser.python(python.strip()))) {
            throw new UntranslatableException("a rule must not depend on chance");
        }
        return ExprWriter.condition(python, all.types);
    }
}
