package dev.caravan.octobatch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a template of Jinja's. */
sealed interface JinjaPart {

    record Plain(String text) implements JinjaPart {}

    /** @param source as it is written, for messages */
    record Output(PythonExpr value, String source) implements JinjaPart {}

    record Branch(PythonExpr condition, List<JinjaPart> body) {}

    record If(List<Branch> branches, List<JinjaPart> otherwise, String source) implements JinjaPart {}

    record Loop(
            List<String> targets,
            PythonExpr over,
            @Nullable PythonExpr condition,
            List<JinjaPart> body,
            List<JinjaPart> otherwise,
            String source)
            implements JinjaPart {}

    record Assignment(List<String> targets, PythonExpr value, String source) implements JinjaPart {}

    record Comment(String text) implements JinjaPart {}

    record Include(String file, String source) implements JinjaPart {}

    record Break(String source) implements JinjaPart {}

    /** What cannot be carried over, with why. */
    record Unknown(String source, String why) implements JinjaPart {}
}
