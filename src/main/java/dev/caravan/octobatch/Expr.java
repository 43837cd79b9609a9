package dev.caravan.octobatch;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An expression of Python's, or one of Jinja's, which has filters and tests beside. */
sealed interface Expr {

    record Name(String id) implements Expr {}

    record Text(String value) implements Expr {}

    /** A number, written so that it is one in our expressions too. */
    record Num(String digits) implements Expr {}

    /** {@code true}, {@code false} or {@code null}. */
    record Fixed(String word) implements Expr {}

    /** A text with values in it. */
    record Filled(List<Piece> pieces) implements Expr {}

    /** @param value null for plain text */
    record Piece(String text, @Nullable Expr value, String conversion, String format) {}

    enum Shape {
        LIST,
        TUPLE,
        SET,
        MAP
    }

    record Listed(Shape shape, List<Expr> elements) implements Expr {}

    /** @param key null where another map is spread */
    record Entry(@Nullable Expr key, Expr value) {}

    record Mapped(List<Entry> entries) implements Expr {}

    record Unary(String operator, Expr of) implements Expr {}

    record Binary(String operator, Expr left, Expr right) implements Expr {}

    /** Operands that are joined by {@code and}, or by {@code or}. */
    record Logic(boolean all, List<Expr> operands) implements Expr {}

    record Link(String operator, Expr right) {}

    record Comparison(Expr first, List<Link> links) implements Expr {}

    /** @param otherwise null where Jinja leaves it out */
    record Choice(Expr condition, Expr then, @Nullable Expr otherwise) implements Expr {}

    record Call(Expr on, List<Expr> arguments, Map<String, Expr> named) implements Expr {}

    record Attribute(Expr of, String name) implements Expr {}

    record Index(Expr of, Expr at) implements Expr {}

    record Slice(
            Expr of,
            @Nullable Expr from,
            @Nullable Expr to,
            @Nullable Expr step) implements Expr {}

    record Clause(List<String> targets, Expr over, List<Expr> conditions) {}

    /** @param value of a map's entry, else null */
    record Comprehension(
            Shape shape, Expr element, @Nullable Expr value, List<Clause> clauses) implements Expr {}

    record Function(List<String> parameters, Expr body) implements Expr {}

    record Spread(Expr of) implements Expr {}

    record Filter(Expr of, String name, List<Expr> arguments, Map<String, Expr> named) implements Expr {}

    record Test(Expr of, String name, List<Expr> arguments, boolean not) implements Expr {}

    /** Texts side by side, Jinja's {@code ~}. */
    record Joined(List<Expr> parts) implements Expr {}

    /** The expressions that one is made of. */
    static Stream<Expr> parts(Expr e) {
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
