package dev.caravan.octobatch;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A part of a template of Jinja's. */
sealed interface JinjaPart {
    /** The expressions in it, those of the parts in it too. */
    default Stream<PythonExpr> expressions() {
        return Stream.empty();
    }

    private static Stream<PythonExpr> all(List<JinjaPart> parts) {
        return parts.stream().flatMap(JinjaPart::expressions);
    }

    record Plain(String text) implements JinjaPart {}

    /** @param source as it is written, for messages */
    record Output(PythonExpr value, String source) implements JinjaPart {
        @Override
        public Stream<PythonExpr> expressions() {
            return Stream.of(value);
        }
    }

    record Branch(PythonExpr condition, List<JinjaPart> body) {}

    record If(List<Branch> branches, List<JinjaPart> otherwise, String source) implements JinjaPart {
        @Override
        public Stream<PythonExpr> expressions() {
            return Stream.concat(
                    branches.stream().flatMap(each -> Stream.concat(Stream.of(each.condition()), all(each.body()))),
                    all(otherwise));
        }
    }

    record Loop(
            List<String> targets,
            PythonExpr over,
            @Nullable PythonExpr condition,
            List<JinjaPart> body,
            List<JinjaPart> otherwise,
            String source)
            implements JinjaPart {
        @Override
        public Stream<PythonExpr> expressions() {
            return Stream.of(Stream.of(over), Stream.ofNullable(condition), all(body), all(otherwise))
                    .flatMap(each -> each);
        }
    }

    record Assignment(List<String> targets, PythonExpr value, String source) implements JinjaPart {
        @Override
        public Stream<PythonExpr> expressions() {
            return Stream.of(value);
        }
    }

    record Comment(String text) implements JinjaPart {}

    record Include(String file, String source) implements JinjaPart {}

    record Break(String source) implements JinjaPart {}

    /** What cannot be carried over, with why. */
    record Unknown(String source, String why) implements JinjaPart {}
}
