package dev.caravan.octobatch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a template of Jinja's. */
sealed interface Jinja {

    record Plain(String text) implements Jinja {}

    /** @param source as it is written, for messages */
    record Output(Expr value, String source) implements Jinja {}

    record Branch(Expr condition, List<Jinja> body) {}

    record If(List<Branch> branches, List<Jinja> otherwise, String source) implements Jinja {}

    record Loop(
            List<String> targets,
            Expr over,
            @Nullable Expr condition,
            List<Jinja> body,
            List<Jinja> otherwise,
            String source)
            implements Jinja {}

    record Assignment(List<String> targets, Expr value, String source) implements Jinja {}

    record Comment(String text) implements Jinja {}

    record Include(String file, String source) implements Jinja {}

    record Break(String source) implements Jinja {}

    /** What cannot be carried over, with why. */
    record Unknown(String source, String why) implements Jinja {}
}
