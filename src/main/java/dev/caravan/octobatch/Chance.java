package dev.caravan.octobatch;

import java.util.stream.Stream;

/** Whether an expression asks for random numbers, which must not be drawn twice. */
final class Chance {
    private Chance() {}

    static boolean in(Expr e) {
        return (e instanceof Expr.Name name && name.id().equals("random")) || parts(e).anyMatch(Chance::in);
    }

    static Stream<Expr> parts(Expr e) {
        if (e instanceof Expr.Filled filled) {
            return filled.pieces().stream().flatMap(each -> Stream.ofNullable(each.value()));
        }
        if (e instanceof Expr.Listed list) {
            return list.elements().stream();
        }
        if (e instanceof Expr.Mapped map) {
            return map.entries().stream()
                    .flatMap(each -> Stream.concat(Stream.ofNullable(each.key()), Stream.of(each.value())));
        }
        if (e instanceof Expr.Unary unary) {
            return Stream.of(unary.of());
        }
        if (e instanceof Expr.Binary binary) {
            return Stream.of(binary.left(), binary.right());
        }
        if (e instanceof Expr.Logic logic) {
            return logic.operands().stream();
        }
        if (e instanceof Expr.Comparison comparison) {
            return Stream.concat(
                    Stream.of(comparison.first()), comparison.links().stream().map(Expr.Link::right));
        }
        if (e instanceof Expr.Choice choice) {
            return Stream.concat(Stream.of(choice.condition(), choice.then()), Stream.ofNullable(choice.otherwise()));
        }
        if (e instanceof Expr.Call call) {
            return Stream.of(Stream.of(call.on()), call.arguments().stream(), call.named().values().stream())
                    .flatMap(each -> each);
        }
        if (e instanceof Expr.Attribute attribute) {
            return Stream.of(attribute.of());
        }
        if (e instanceof Expr.Index index) {
            return Stream.of(index.of(), index.at());
        }
        if (e instanceof Expr.Slice slice) {
            return Stream.of(
                            Stream.of(slice.of()),
                            Stream.ofNullable(slice.from()),
                            Stream.ofNullable(slice.to()),
                            Stream.ofNullable(slice.step()))
                    .flatMap(each -> each);
        }
        if (e instanceof Expr.Comprehension comprehension) {
            return Stream.of(
                            Stream.of(comprehension.element()),
                            Stream.ofNullable(comprehension.value()),
                            comprehension.clauses().stream()
                                    .flatMap(each -> Stream.concat(Stream.of(each.over()), each.conditions().stream())))
                    .flatMap(each -> each);
        }
        if (e instanceof Expr.Filter filter) {
            return Stream.of(Stream.of(filter.of()), filter.arguments().stream(), filter.named().values().stream())
                    .flatMap(each -> each);
        }
        if (e instanceof Expr.Test test) {
            return Stream.concat(Stream.of(test.of()), test.arguments().stream());
        }
        if (e instanceof Expr.Joined joined) {
            return joined.parts().stream();
        }
        if (e instanceof Expr.Function function) {
            return Stream.of(function.body());
        }
        return e instanceof Expr.Spread spread ? Stream.of(spread.of()) : Stream.empty();
    }
}
