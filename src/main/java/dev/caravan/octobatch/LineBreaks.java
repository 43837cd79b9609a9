package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Moves line breaks so that tags stand on lines of their own, where that comes to the same. {@code T{%- for x in xs %}},
 * line break, {@code x{%- endfor %}}, line break, is how templates of Jinja's avoid empty lines; a tag that stands alone
 * leaves none here.
 */
final class LineBreaks {
    private LineBreaks() {}

    static List<JinjaPart> moved(List<JinjaPart> parts) {
        var all = new ArrayList<>(parts);
        for (int i = 1; i + 1 < all.size(); i++) {
            boolean between = saysMore(all.get(i - 1))
                    && all.get(i + 1) instanceof JinjaPart.Plain after
                    && after.text().startsWith("\n");
            if (between && bodies(all.get(i)).stream().allMatch(LineBreaks::breaks)) {
                all.set(i, with(all.get(i), LineBreaks::ended));
                all.add(i, new JinjaPart.Plain("\n"));
                i++;
            }
        }
        return all;
    }

    /** Whether something stands on the line that it ends in. */
    private static boolean saysMore(JinjaPart part) {
        return part instanceof JinjaPart.Output
                || (part instanceof JinjaPart.Plain plain
                        && !lastLine(plain.text()).isBlank());
    }

    private static String lastLine(String text) {
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    private static boolean breaks(List<JinjaPart> body) {
        return body.get(0) instanceof JinjaPart.Plain plain && plain.text().startsWith("\n");
    }

    private static List<JinjaPart> ended(List<JinjaPart> body) {
        var longer = new ArrayList<>(body);
        int last = longer.size() - 1;
        if (longer.get(last) instanceof JinjaPart.Plain plain) {
            longer.set(last, new JinjaPart.Plain(plain.text() + "\n"));
        } else {
            longer.add(new JinjaPart.Plain("\n"));
        }
        return longer;
    }

    /** What a block holds, as far as it can be moved; one empty body where nothing can. */
    private static List<List<JinjaPart>> bodies(JinjaPart part) {
        var bodies = new ArrayList<List<JinjaPart>>();
        if (part instanceof JinjaPart.If choice) {
            choice.branches().forEach(each -> bodies.add(each.body()));
            if (!choice.otherwise().isEmpty()) {
                bodies.add(choice.otherwise());
            }
        } else if (part instanceof JinjaPart.Loop loop && loop.otherwise().isEmpty() && loop.condition() == null) {
            bodies.add(loop.body());
        }
        boolean none = bodies.isEmpty() || bodies.stream().anyMatch(List::isEmpty);
        return none ? List.of(List.of(new JinjaPart.Plain(""))) : bodies;
    }

    private static JinjaPart with(JinjaPart part, UnaryOperator<List<JinjaPart>> change) {
        if (part instanceof JinjaPart.If choice) {
            return new JinjaPart.If(
                    choice.branches().stream()
                            .map(each -> new JinjaPart.Branch(each.condition(), change.apply(each.body())))
                            .toList(),
                    choice.otherwise().isEmpty() ? choice.otherwise() : change.apply(choice.otherwise()),
                    choice.source());
        }
        JinjaPart.Loop loop = (JinjaPart.Loop) part;
        return new JinjaPart.Loop(
                loop.targets(),
                loop.over(),
                loop.condition(),
                change.apply(loop.body()),
                loop.otherwise(),
                loop.source());
    }
}
