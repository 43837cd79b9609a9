package dev.caravan.octobatch;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An expression of Python's, or one of Jinja's, which has filters and tests beside. */
sealed interface PythonExpr {
    /** The expressions that it is made of. */
    default Stream<PythonExpr> parts() {
        return Stream.empty();
    }

    /** The number an expression plainly says; null for any other. */
    static @Nullable Integer number(@Nullable PythonExpr e) {
        if (e instanceof Num number && number.digits().matches("[0-9]{1,9}")) {
            return Integer.valueOf(number.digits());
        }
        if (e instanceof Unary minus && minus.operator().equals("-")) {
            Integer of = number(minus.of());
            return of == null ? null : Integer.valueOf(-of);
        }
        return null;
    }

    /** What {@code method()} is called on without arguments; null where this is no such call. */
    static @Nullable PythonExpr calledOn(PythonExpr e, String method) {
        return e instanceof Call call
                        && call.on() instanceof Attribute attribute
                        && attribute.name().equals(method)
                        && call.arguments().isEmpty()
                ? attribute.of()
                : null;
    }

    private static Stream<PythonExpr> several(List<Stream<PythonExpr>> parts) {
        return parts.stream().flatMap(each -> each);
    }

    record Name(String id) implements PythonExpr {}

    record Text(String value) implements PythonExpr {}

    /** A number, written so that it is one in our expressions too. */
    record Num(String digits) implements PythonExpr {}

    /** {@code true}, {@code false} or {@code null}. */
    record Fixed(String word) implements PythonExpr {}

    /** A text with values in it. */
    record Filled(List<Piece> pieces) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return pieces.stream().flatMap(each -> Stream.ofNullable(each.value()));
        }
    }

    /** @param value null for plain text */
    record Piece(String text, @Nullable PythonExpr value, String conversion, String format) {}

    enum Shape {
        LIST,
        TUPLE,
        SET,
        MAP
    }

    record Listed(Shape shape, List<PythonExpr> elements) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return elements.stream();
        }
    }

    /** @param key null where another map is spread */
    record Entry(@Nullable PythonExpr key, PythonExpr value) {}

    record Mapped(List<Entry> entries) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return entries.stream()
                    .flatMap(each -> Stream.concat(Stream.ofNullable(each.key()), Stream.of(each.value())));
        }
    }

    record Unary(String operator, PythonExpr of) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return Stream.of(of);
        }
    }

    record Binary(String operator, PythonExpr left, PythonExpr right) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return Stream.of(left, right);
        }
    }

    /** Operands that are joined by {@code and}, or by {@code or}. */
    record Logic(boolean all, List<PythonExpr> operands) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return operands.stream();
        }
    }

    record Link(String operator, PythonExpr right) {}

    record Comparison(PythonExpr first, List<Link> links) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return Stream.concat(Stream.of(first), links.stream().map(Link::right));
        }
    }

    /** @param otherwise null where Jinja leaves it out */
    record Choice(
            PythonExpr condition, PythonExpr then, @Nullable PythonExpr otherwise) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return Stream.concat(Stream.of(condition, then), Stream.ofNullable(otherwise));
        }
    }

    record Call(PythonExpr on, List<PythonExpr> arguments, Map<String, PythonExpr> named) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return several(List.of(Stream.of(on), arguments.stream(), named.values().stream()));
        }
    }

    record Attribute(PythonExpr of, String name) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return Stream.of(of);
        }
    }

    record Index(PythonExpr of, PythonExpr at) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return Stream.of(of, at);
        }
    }

    record Slice(
            PythonExpr of,
            @Nullable PythonExpr from,
            @Nullable PythonExpr to,
            @Nullable PythonExpr step) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return several(
                    List.of(Stream.of(of), Stream.ofNullable(from), Stream.ofNullable(to), Stream.ofNullable(step)));
        }
    }

    record Clause(List<String> targets, PythonExpr over, List<PythonExpr> conditions) {}

    /** @param value of a map's entry, else null */
    record Comprehension(
            Shape shape, PythonExpr element, @Nullable PythonExpr value, List<Clause> clauses) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return several(List.of(
                    Stream.of(element),
                    Stream.ofNullable(value),
                    clauses.stream()
                            .flatMap(each -> Stream.concat(Stream.of(each.over()), each.conditions().stream()))));
        }
    }

    record Function(List<String> parameters, PythonExpr body) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return Stream.of(body);
        }
    }

    record Spread(PythonExpr of) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return Stream.of(of);
        }
    }

    record Filter(PythonExpr of, String name, List<PythonExpr> arguments, Map<String, PythonExpr> named)
            implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return several(List.of(Stream.of(of), arguments.stream(), named.values().stream()));
        }
    }

    record Test(PythonExpr of, String name, List<PythonExpr> arguments, boolean not) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return Stream.concat(Stream.of(of), arguments.stream());
        }
    }

    /** Texts side by side, Jinja's {@code ~}. */
    record Joined(List<PythonExpr> texts) implements PythonExpr {
        @Override
        public Stream<PythonExpr> parts() {
            return texts.stream();
        }
    }
}
