package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.validation.SchemaFit;
import dev.caravan.validation.SchemaRefs;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One try at a value that fits a schema. The first try takes first branches and all properties, the second only what is
 * required, the others choose by dice. What only the whole can tell, the whole is asked for by the caller.
 */
final class SchemaMaker {
    /** So deep a value ends as soon as its schema lets it. */
    private static final int DEEP = 5;

    private static final int LOCAL_TRIES = 5;
    private static final int TRIES_FOR_ANOTHER = 12;

    private final JsonNode root;
    private final SchemaRefs refs;
    private final BiPredicate<JsonNode, JsonNode> fits;
    private final int attempt;
    private final SeededStream dice;
    private final MakingBudget work;
    private final TextMaker texts;

    /** @param fits whether a value fits a part of the schema, for what must not hold */
    SchemaMaker(
            JsonNode root, BiPredicate<JsonNode, JsonNode> fits, int attempt, SeededStream dice, MakingBudget work) {
        this.root = root;
        refs = new SchemaRefs(root);
        this.fits = fits;
        this.attempt = attempt;
        this.dice = dice;
        this.work = work;
        texts = new TextMaker(dice, work);
    }

    /** @throws MakingBudget.Spent when this way leads nowhere */
    JsonNode make() {
        JsonNode made = value(root, 0);
        return made == null ? Json.object() : made;
    }

    /** @return null when nothing fits */
    private @Nullable JsonNode value(JsonNode schema, int depth) {
        JsonNode made = null;
        for (int i = 0; i < LOCAL_TRIES; i++) {
            boolean free = attempt > 1 || i > 0;
            var demand = new SchemaDemand(refs, work, new ByDice(free, depth));
            demand.add(schema);
            if (demand.impossible) {
                continue;
            }
            JsonNode found = value(demand, depth, free);
            made = found == null ? made : found;
            if (found != null && demand.kept.stream().noneMatch(each -> holds(each, found))) {
                return found;
            }
        }
        return made;
    }

    private boolean holds(JsonNode schema, JsonNode value) {
        work.spend(5);
        return schema.isBoolean() ? schema.booleanValue() : fits.test(schema, value);
    }

    private @Nullable JsonNode value(SchemaDemand demand, int depth, boolean free) {
        work.spend(1);
        List<JsonNode> members = demand.members;
        if (members != null) {
            List<JsonNode> typed =
                    members.stream().filter(each -> typed(each, demand.types)).toList();
            return typed.isEmpty() ? null : dice.of(typed);
        }
        JsonNodeFactory nodes = Json.mapper().getNodeFactory();
        return switch (type(demand, depth, free)) {
            case "string" -> {
                String text = texts.make(demand);
                yield text == null ? null : nodes.textNode(text);
            }
            case "integer" -> demand.interval.make(true, dice);
            case "number" -> demand.interval.make(false, dice);
            case "boolean" -> nodes.booleanNode(dice.below(2) == 0);
            case "null" -> nodes.nullNode();
            case "array" -> list(demand, depth, free);
            default -> object(demand, depth, free);
        };
    }

    private static boolean typed(JsonNode value, @Nullable Set<String> types) {
        return types == null
                || types.stream().anyMatch(each -> switch (each) {
                    case "string" -> value.isTextual();
                    case "integer" ->
                        value.isNumber()
                                && SchemaFit.measured(value.decimalValue())
                                && value.decimalValue().stripTrailingZeros().scale() <= 0;
                    case "number" -> value.isNumber();
                    case "boolean" -> value.isBoolean();
                    case "null" -> value.isNull();
                    case "array" -> value.isArray();
                    default -> value.isObject();
                });
    }

    private String type(SchemaDemand demand, int depth, boolean free) {
        if (demand.types != null) {
            return oneOf(demand.types, depth, free);
        }
        if (!demand.names().isEmpty() || demand.mapped() || demand.properties.least > 0 || depth == 0) {
            return "object";
        }
        if (demand.item(0).isObject() || demand.items.least > 0 || !demand.contained.isEmpty()) {
            return "array";
        }
        return demand.interval.said() ? "number" : "string";
    }

    private String oneOf(Set<String> types, int depth, boolean free) {
        var all = new ArrayList<>(types);
        if (depth >= DEEP) {
            all.removeIf(each -> all.size() > 1 && (each.equals("object") || each.equals("array")));
        }
        return free ? dice.of(all) : all.get(0);
    }

    private @Nullable ArrayNode list(SchemaDemand demand, int depth, boolean free) {
        int prefix = demand.prefix();
        JsonNode rest = demand.item(prefix);
        boolean open = !rest.isBoolean() || rest.booleanValue();
        long inside = demand.contained.stream()
                .mapToLong(SchemaDemand.Contained::least)
                .sum();
        long behind = open && prefix + inside <= demand.items.most ? prefix : 0;
        long count = count(demand, Math.max(demand.items.least, behind + inside), open, depth, free);
        work.spend(count);
        ArrayNode list = Json.mapper().createArrayNode();
        for (int i = 0; i < count; i++) {
            JsonNode made = another(list, demand, wanted(demand, i, behind), depth);
            if (made == null) {
                return list.size() >= demand.items.least ? list : null;
            }
            list.add(made);
        }
        return list;
    }

    private long count(SchemaDemand demand, long least, boolean open, int depth, boolean free) {
        int prefix = demand.prefix();
        long usual = Math.max(Math.max(least, prefix), free || depth >= DEEP ? 0 : 1);
        long most = Math.min(demand.items.most, open && depth < DEEP - 1 ? usual + 2 : usual);
        long from = free && prefix == 0 ? least : Math.min(usual, most);
        return most <= from ? most : from + Math.floorMod(dice.next(), most - from + 1);
    }

    /** What an item is like: what its place says, and what the list must contain, from some place on. */
    private static JsonNode wanted(SchemaDemand demand, int place, long behind) {
        var parts = new ArrayList<JsonNode>();
        parts.add(demand.item(place));
        long from = behind;
        for (SchemaDemand.Contained each : demand.contained) {
            if (place >= from && place < from + each.least()) {
                parts.add(each.schema());
            }
            from += each.least();
        }
        return SchemaDemand.together(parts);
    }

    private boolean known(JsonNode made, ArrayNode before) {
        work.spend(before.size());
        for (JsonNode each : before) {
            if (SchemaDemand.same(each, made)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable JsonNode another(ArrayNode before, SchemaDemand demand, JsonNode schema, int depth) {
        for (int i = 0; i < TRIES_FOR_ANOTHER; i++) {
            JsonNode made = value(schema, depth + 1);
            if (made == null || !demand.unique || !known(made, before)) {
                return made;
            }
        }
        return null;
    }

    private @Nullable ObjectNode object(SchemaDemand demand, int depth, boolean free) {
        var required = new LinkedHashSet<>(demand.required);
        Set<String> names = names(demand, depth, free);
        depended(required, demand);
        for (String each : List.copyOf(names)) {
            if (names.size() > demand.properties.most && !required.contains(each)) {
                names.remove(each);
            }
        }
        ObjectNode object = Json.object();
        for (String each : names) {
            JsonNode made = value(demand.property(each), depth + 1);
            if (made == null && required.contains(each)) {
                return null;
            }
            if (made != null) {
                object.set(each, made);
            }
        }
        return filled(object, demand, depth) ? object : null;
    }

    private Set<String> names(SchemaDemand demand, int depth, boolean free) {
        var names = new LinkedHashSet<String>();
        for (String each : demand.names()) {
            boolean wanted = depth < DEEP && (free ? dice.below(3) > 0 : attempt == 0);
            if (demand.required.contains(each) || wanted) {
                names.add(each);
            }
        }
        depended(names, demand);
        return names;
    }

    private static void depended(Set<String> names, SchemaDemand demand) {
        for (boolean more = true; more; ) {
            more = false;
            for (String each : List.copyOf(names)) {
                more |= names.addAll(demand.dependent.getOrDefault(each, Set.of()));
            }
        }
    }

    /** Adds members until there are as many as are wanted, and one to a map that is empty. */
    private boolean filled(ObjectNode object, SchemaDemand demand, int depth) {
        long least = least(object, demand, depth);
        for (String each : demand.names()) {
            if (object.size() < least && !object.has(each)) {
                put(object, each, demand.property(each), depth);
            }
        }
        for (int i = 0; object.size() < least && i < 4 * least + TRIES_FOR_ANOTHER; i++) {
            String name = demand.closed ? null : name(demand, i);
            if (name != null && !object.has(name) && !demand.property(name).isMissingNode()) {
                put(object, name, demand.property(name), depth);
            }
        }
        return object.size() >= demand.properties.least;
    }

    /** What is a map by its schema gets an entry, though it need not have one. */
    private static long least(ObjectNode object, SchemaDemand demand, int depth) {
        boolean map = demand.mapped() || !demand.namePatterns().isEmpty();
        boolean free = object.isEmpty() && demand.names().isEmpty() && demand.properties.most > 0;
        return map && free && depth < DEEP ? Math.max(1, demand.properties.least) : demand.properties.least;
    }

    private void put(ObjectNode object, String name, JsonNode schema, int depth) {
        JsonNode made = value(schema, depth + 1);
        if (made != null) {
            object.set(name, made);
        }
    }

    private @Nullable String name(SchemaDemand demand, int place) {
        work.spend(1);
        List<String> patterns = demand.namePatterns();
        JsonNode wanted = SchemaDemand.together(demand.names);
        if (!patterns.isEmpty() && place % 2 == 0) {
            wanted = SchemaDemand.together(List.of(
                    wanted,
                    Json.object().put("type", "string").put("pattern", patterns.get(place / 2 % patterns.size()))));
        }
        if (!wanted.isObject()) {
            return texts.word() + "_" + (place + 1);
        }
        JsonNode made = value(
                Json.object()
                        .put("type", "string")
                        .set("allOf", Json.mapper().createArrayNode().add(wanted)),
                DEEP);
        return made == null ? null : made.asText();
    }

    /** Chooses by the dice, or the first; deep inside what ends soonest. */
    private final class ByDice implements SchemaDemand.Chooser {
        private final boolean free;
        private final int depth;

        ByDice(boolean free, int depth) {
            this.free = free;
            this.depth = depth;
        }

        @Override
        public JsonNode of(JsonNode branches) {
            if (depth < DEEP) {
                return branches.get(free ? dice.below(branches.size()) : 0);
            }
            JsonNode best = branches.get(0);
            for (JsonNode each : branches) {
                best = burden(each, 0) < burden(best, 0) ? each : best;
            }
            return best;
        }

        @Override
        public boolean condition() {
            return !free || dice.below(2) == 0;
        }
    }

    /** How much a branch brings with it, roughly. */
    private int burden(JsonNode schema, int depth) {
        if (schema.path("$ref").isTextual() && depth < 3) {
            return 1 + burden(refs.target(schema), depth + 1);
        }
        if (schema.has("const") || schema.has("enum")) {
            return 0;
        }
        return switch (schema.path("type").asText("")) {
            case "null", "boolean", "integer", "number", "string" -> 0;
            case "array" -> schema.path("minItems").asInt(0) > 0 || schema.has("contains") ? 20 : 5;
            default -> 10 + 10 * schema.path("required").size();
        };
    }
}
