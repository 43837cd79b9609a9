package dev.caravan.octobatch;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An expression of Python's, or one of Jinja's, which has filters and tests beside. */
sealed interface PythonExpr {

    record Name(String id) implements PythonExpr {}

    record Text(String value) implements PythonExpr {}

    /** A number, written so that it is one in our expressions too. */
    record Num(String digits) implements PythonExpr {}

    /** {@code true}, {@code false} or {@code null}. */
    record Fixed(String word) implements PythonExpr {}

    /** A text with values in it. */
    record Filled(List<Piece> pieces) implements PythonExpr {}

    /** @param value null for plain text */
    record Piece(String text, @Nullable PythonExpr value, String conversion, String format) {}

    enum Shape {
        LIST,
        TUPLE,
        SET,
        MAP
    }

    record Listed(Shape shape, List<PythonExpr> elements) implements PythonExpr {}

    /** @param key null where another map is spread */
    record Entry(@Nullable PythonExpr key, PythonExpr value) {}

    record Mapped(List<Entry> entries) implements PythonExpr {}

    record Unary(String operator, PythonExpr of) implements PythonExpr {}

    record Binary(String operator, PythonExpr left, PythonExpr right) implements PythonExpr {}

    /** Operands that are joined by {@code and}, or by {@code or}. */
    record Logic(boolean all, List<PythonExpr> operands) implements PythonExpr {}

    record Link(String operator, PythonExpr right) {}

    record Comparison(PythonExpr first, List<Link> links) implements PythonExpr {}

    /** @param otherwise null where Jinja leaves it out */
    record Choice(
            PythonExpr condition, PythonExpr then, @Nullable PythonExpr otherwise) implements PythonExpr {}

    record Call(PythonExpr on, List<PythonExpr> arguments, Map<String, PythonExpr> named) implements PythonExpr {}

    record Attribute(PythonExpr of, String name) implements PythonExpr {}

    record Index(PythonExpr of, PythonExpr at) implements PythonExpr {}

    record Slice(
            PythonExpr of,
            @Nullable PythonExpr from,
            @Nullable PythonExpr to,
            @Nullable PythonExpr step) implements PythonExpr {}

    record Clause(List<String> targets, PythonExpr over, List<PythonExpr> conditions) {}

    /** @param value of a map's entry, else null */
    record Comprehension(
            Shape shape, PythonExpr element, @Nullable PythonExpr value, List<Clause> clauses) implements PythonExpr {}

    record Function(List<String> parameters, PythonExpr body) implements PythonExpr {}

    record Spread(PythonExpr of) implements PythonExpr {}

    record Filter(PythonExpr of, String name, List<PythonExpr> arguments, Map<String, PythonExpr> named)
            implements PythonExpr {}

    record Test(PythonExpr of, String name, List<PythonExpr> arguments, boolean not) implements PythonExpr {}

    /** Texts side by side, Jinja's {@code ~}. */
    record Joined(List<PythonExpr> parts) implements PythonExpr {}

    /** The expressions that one is made of. */
    static Stream<PythonExpr> parts(PythonExpr e) {
        if (e instanceof Filled filled) {
            return filled.pieces().stream().flatMap(each -> Stream.ofNullable(each.value()));
        }
        if (e instanceof Listed list) {
            return list.elements().stream();
        }
        if (e instanceof Mapped map) {
            return map.entries().stream()
                    .flatMap(each -> Stream.concat(Stream.ofNullable(each.key()), Stream.of(each.value())));
        }
        if (e instanceof Unary unary) {
            return Stream.of(unary.of());
        }
        if (e instanceof Binary binary) {
            return Stream.of(binary.left(), binary.right());
        }
        if (e instanceof Logic logic) {
            return logic.operands().stream();
        }
        if (e instanceof Comparison comparison) {
            return Stream.concat(
                    Stream.of(comparison.first()), comparison.links().stream().map(Link::right));
        }
        if (e instanceof Choice choice) {
            return Stream.concat(Stream.of(choice.condition(), choice.then()), Stream.ofNullable(choice.otherwise()));
        }
        if (e instanceof Call call) {
            return Stream.of(Stream.of(call.on()), call.arguments().stream(), call.named().values().stream())
                    .flatMap(each -> each);
        }
        if (e instanceof Attribute attribute) {
            return Stream.of(attribute.of());
        }
        if (e instanceof Index index) {
            return Stream.of(index.of(), index.at());
        }
        if (e instanceof Slice slice) {
            return Stream.of(
                            Stream.of(slice.of()),
                            Stream.ofNullable(slice.from()),
                            Stream.ofNullable(slice.to()),
                            Stream.ofNullable(slice.step()))
                    .flatMap(each -> each);
        }
        if (e instanceof Comprehension comprehension) {
            return Stream.of(
                            Stream.of(comprehension.element()),
                            Stream.ofNullable(comprehension.value()),
                            comprehension.clauses().stream()
                                    .flatMap(each -> Stream.concat(Stream.of(each.over()), each.conditions().stream())))
                    .flatMap(each -> each);
        }
        if (e instanceof Filter filter) {
            return Stream.of(Stream.of(filter.of()), filter.arguments().stream(), filter.named().values().stream())
                    .flatMap(each -> each);
        }
        if (e instanceof Test test) {
            return Stream.concat(Stream.of(test.of()), test.arguments().stream());
        }
        if (e instanceof Joined joined) {
            return joined.parts().stream();
        }
        if (e instanceof Function function) {
            return Stream.of(function.body());
        }
        return e instanceof Spread spread ? Stream.of(spread.of()) : Stream.empty();
    }
}
