package dev.caravan.prompt;

import dev.caravan.prompt.JsonValues.JsonArray;
import dev.caravan.prompt.JsonValues.JsonNull;
import dev.caravan.prompt.JsonValues.JsonObject;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.velocity.runtime.directive.ForeachScope;
import org.apache.velocity.util.introspection.Info;
import org.apache.velocity.util.introspection.Uberspect;
import org.apache.velocity.util.introspection.VelMethod;
import org.apache.velocity.util.introspection.VelPropertyGet;
import org.apache.velocity.util.introspection.VelPropertySet;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a template may reach: keys and indexes of JSON values, a closed list of methods on them, the named
 * tools, and the loop's own counters. Nothing is found by reflection, so no method of Java is reachable.
 */
public final class ConfinedUberspect implements Uberspect {

    private interface Body {
        @Nullable Object call(@Nullable Object[] arguments);
    }

    @Override
    public void init() {}

    @Override
    public Iterator<?> getIterator(Object value, Info info) {
        if (value instanceof JsonArray array) {
            return RenderBudget.counted(array.iterator());
        }
        if (value instanceof JsonObject object) {
            return RenderBudget.counted(object.node().properties().stream()
                    .map(each -> JsonValues.wrap(each.getValue(), object.lenient()))
                    .iterator());
        }
        if (value instanceof List<?> list) {
            return RenderBudget.counted(list.iterator());
        }
        throw new UnrenderableException("#foreach needs a list, not " + kind(value), info);
    }

    @Override
    public VelMethod getMethod(Object value, String name, Object[] arguments, Info info) {
        if (isNothing(value)) {
            return new Call(name, info);
        }
        if (method(value, name, arguments.length) == null) {
            throw unknown(value, name, arguments.length, info);
        }
        return new Call(name, info);
    }

    private static UnrenderableException unknown(Object value, String name, int count, Info info) {
        return new UnrenderableException(
                "there is no method " + name + "() with " + count + " arguments on " + kind(value), info);
    }

    /** A null that was asked for quietly: whatever is asked of it is nothing again. */
    private static boolean isNothing(Object value) {
        return value instanceof JsonNull none && none.lenient();
    }

    private static @Nullable Body method(Object value, String name, int count) {
        if (value instanceof TemplateTools.Tool tool) {
            return tool.has(name, count) ? arguments -> tool.call(name, arguments) : null;
        }
        return switch (name + "/" + count) {
            case "size/0", "length/0" -> arguments -> size(value);
            case "isEmpty/0" -> arguments -> size(value) == 0;
            case "get/1" -> arguments -> get(value, arguments[0]);
            case "contains/1" -> arguments -> contains(value, arguments[0]);
            case "keySet/0" ->
                value instanceof JsonObject object
                        ? arguments -> object.node().properties().stream()
                                .map(Map.Entry::getKey)
                                .toList()
                        : null;
            case "has/1", "containsKey/1" ->
                value instanceof JsonObject object
                        ? arguments -> object.node().has(String.valueOf(arguments[0]))
                        : null;
            default -> null;
        };
    }

    private static int size(Object value) {
        if (value instanceof JsonObject object) {
            return object.node().size();
        }
        if (value instanceof JsonArray array) {
            return array.node().size();
        }
        if (value instanceof List<?> list) {
            return list.size();
        }
        if (value instanceof String text) {
            return text.length();
        }
        throw new UnrenderableException(kind(value) + " has no size");
    }

    private static @Nullable Object get(Object value, @Nullable Object key) {
        if (value instanceof JsonObject object && key != null) {
            return property(object, key.toString());
        }
        if (value instanceof Map<?, ?> map) {
            return map.get(key);
        }
        if (key instanceof Integer place) {
            return element(value, place);
        }
        throw new UnrenderableException(kind(value) + " has no element " + key);
    }

    private static @Nullable Object element(Object value, int place) {
        int size = size(value);
        int index = place < 0 ? size + place : place;
        boolean there = index >= 0 && index < size;
        if (value instanceof JsonArray array && (there || array.lenient())) {
            return there ? JsonValues.wrap(array.node().get(index), array.lenient()) : null;
        }
        if (there) {
            return value instanceof List<?> list ? list.get(index) : null;
        }
        throw new UnrenderableException("there is no element " + place + " in a list of " + size);
    }

    private static boolean contains(Object value, @Nullable Object wanted) {
        if (value instanceof JsonArray array) {
            for (var each : array.node()) {
                if (each.equals(JsonValues.unwrap(wanted)) || each.asText().equals(String.valueOf(wanted))) {
                    return true;
                }
            }
            return false;
        }
        if (value instanceof JsonObject object) {
            return object.node().has(String.valueOf(wanted));
        }
        if (value instanceof String text) {
            return text.contains(String.valueOf(wanted));
        }
        return value instanceof List<?> list && list.contains(wanted);
    }

    private static @Nullable Object property(JsonObject object, String name) {
        var found = object.node().get(name);
        if (found != null) {
            return JsonValues.wrap(found, object.lenient());
        }
        if (object.lenient()) {
            return null;
        }
        throw new UnrenderableException("there is no field '" + name + "'; known: " + fields(object));
    }

    private static String fields(JsonObject object) {
        var names = object.node().properties().stream()
                .map(Map.Entry::getKey)
                .limit(20)
                .toList();
        return String.join(", ", names);
    }

    @Override
    public VelPropertyGet getPropertyGet(Object value, String name, Info info) {
        if (value instanceof JsonObject object) {
            return new Get(name, () -> property(object, name), info);
        }
        if (isNothing(value)) {
            return new Get(name, () -> null, info);
        }
        if (value instanceof ForeachScope loop) {
            return new Get(name, () -> counter(loop, name), info);
        }
        if (value instanceof Map<?, ?> map) {
            return new Get(name, () -> map.get(name), info);
        }
        throw new UnrenderableException("there is no field '" + name + "' on " + kind(value), info);
    }

    private static Object counter(ForeachScope loop, String name) {
        return switch (name) {
            case "index" -> loop.getIndex();
            case "count" -> loop.getCount();
            case "hasNext" -> loop.hasNext();
            case "first" -> loop.isFirst();
            case "last" -> loop.isLast();
            default -> throw new UnrenderableException("a loop has index, count, hasNext, first and last, not " + name);
        };
    }

    @Override
    public VelPropertySet getPropertySet(Object value, String name, Object to, Info info) {
        throw new UnrenderableException("a record cannot be changed by a template; #set makes a variable", info);
    }

    private static String kind(Object value) {
        if (value instanceof JsonObject) {
            return "an object";
        }
        if (value instanceof JsonArray || value instanceof List<?>) {
            return "a list";
        }
        if (value instanceof JsonNull) {
            return "null";
        }
        return value instanceof Number ? "a number" : value instanceof Boolean ? "a truth value" : "a text";
    }

    private record Get(String name, Supplier<@Nullable Object> body, Info info) implements VelPropertyGet {
        @Override
        public @Nullable Object invoke(Object target) {
            return body.get();
        }

        @Override
        public boolean isCacheable() {
            return false;
        }

        @Override
        public String getMethodName() {
            return name;
        }
    }

    /** Looks at what it is called on each time: Velocity keeps that of an index for all rounds of a loop. */
    private record Call(String name, Info info) implements VelMethod {
        @Override
        public @Nullable Object invoke(Object target, Object[] arguments) {
            if (isNothing(target)) {
                return null;
            }
            Body body = method(target, name, arguments.length);
            if (body == null) {
                throw unknown(target, name, arguments.length, info);
            }
            return body.call(Arrays.copyOf(arguments, arguments.length));
        }

        @Override
        public boolean isCacheable() {
            return false;
        }

        @Override
        public String getMethodName() {
            return name;
        }

        @Override
        public @Nullable Method getMethod() {
            return null;
        }

        @Override
        public Class<?> getReturnType() {
            return Object.class;
        }
    }
}
