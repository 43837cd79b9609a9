package dev.caravan.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.Function;
import com.schibsted.spt.data.jslt.JsltException;
import dev.caravan.base.Json;
import dev.caravan.expression.CountedRegex;
import dev.caravan.expression.EvaluationMeter;
import java.util.List;

/**
 * The functions of JSLT that can take long or make much of little, under the same names and with the same results, but
 * counted: regular expressions ({@code test}, {@code capture}, {@code split}, {@code replace}) and {@code join}.
 */
final class MeteredFunctions {
    private MeteredFunctions() {}

    private interface Body {
        JsonNode call(JsonNode[] arguments);
    }

    private record Metered(String name, int arguments, Body body) implements Function {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public int getMinArguments() {
            return arguments;
        }

        @Override
        public int getMaxArguments() {
            return arguments;
        }

        @Override
        public JsonNode call(JsonNode input, JsonNode[] given) {
            return body.call(given);
        }
    }

    /** A function that nobody may call, of any number of arguments. */
    static Function refused(String name, String why) {
        return new Function() {
            @Override
            public String getName() {
                return name;
            }

            @Override
            public int getMinArguments() {
                throw new JsltException(why);
            }

            @Override
            public int getMaxArguments() {
                throw new JsltException(why);
            }

            @Override
            public JsonNode call(JsonNode input, JsonNode[] given) {
                throw new JsltException(why);
            }
        };
    }

    static List<Function> all() {
        return List.of(
                new Metered("test", 2, MeteredFunctions::test),
                new Metered("capture", 2, MeteredFunctions::capture),
                new Metered("split", 2, MeteredFunctions::split),
                new Metered("replace", 3, MeteredFunctions::replace),
                new Metered("join", 2, MeteredFunctions::join));
    }

    private static JsonNode test(JsonNode[] given) {
        return given[0].isNull()
                ? BooleanNode.FALSE
                : BooleanNode.valueOf(regex(given[1]).finds(text(given[0]), EvaluationMeter.current()));
    }

    private static JsonNode capture(JsonNode[] given) {
        if (given[0].isNull()) {
            return given[0];
        }
        ObjectNode groups = Json.object();
        regex(given[1]).named(text(given[0]), EvaluationMeter.current()).forEach(groups::put);
        return groups;
    }

    private static JsonNode split(JsonNode[] given) {
        if (given[0].isNull()) {
            return given[0];
        }
        ArrayNode parts = Json.mapper().createArrayNode();
        regex(given[1]).splitAll(text(given[0]), EvaluationMeter.current()).forEach(parts::add);
        return parts;
    }

    private static JsonNode replace(JsonNode[] given) {
        return given[0].isNull()
                ? NullNode.getInstance()
                : new TextNode(
                        regex(given[1]).replaceLiterally(text(given[0]), text(given[2]), EvaluationMeter.current()));
    }

    private static JsonNode join(JsonNode[] given) {
        if (given[0].isNull()) {
            return given[0];
        }
        if (!given[0].isArray()) {
            throw new JsltException("join() needs a list, not " + given[0].getNodeType());
        }
        String between = text(given[1]);
        EvaluationMeter.current().make(ValueWeights.of(given[0]) + (long) given[0].size() * between.length());
        var joined = new StringBuilder();
        for (int i = 0; i < given[0].size(); i++) {
            joined.append(i == 0 ? "" : between).append(text(given[0].get(i)));
        }
        return new TextNode(joined.toString());
    }

    private static CountedRegex regex(JsonNode pattern) {
        return CountedRegex.of(text(pattern));
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : Json.text(value);
    }
}
