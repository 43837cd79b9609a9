package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Moves line breaks so that tags stand on lines of their own, where that comes to the same. {@code T{%- for x in xs %}},
 * line break, {@code x{%- endfor %}}, line break, is how templates of Jinja's avoid empty lines; a tag that stands alone
 * leaves none here.
 */
final class Lines {
    private Lines() {}

    static List<Jinja> moved(List<Jinja> parts) {
        var all = new ArrayList<>(parts);
        for (int i = 1; i + 1 < all.size(); i++) {
            boolean between = saysMore(all.get(i - 1))
                    && all.get(i + 1) instanceof Jinja.Plain after
                    && after.text().startsWith("\n");
            if (between && bodies(all.get(i)).stream().allMatch(Lines::breaks)) {
                all.set(i, with(all.get(i), Lines::ended));
                all.add(i, new Jinja.Plain("\n"));
                i++;
            }
        }
        return all;
    }

    /** Whether something stands on the line that it ends in. */
    private static boolean saysMore(Jinja part) {
        return part instanceof Jinja.Output
                || (part instanceof Jinja.Plain plain && !lastLine(plain.text()).isBlank());
    }

    private static String lastLine(String text) {
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    private static boolean breaks(List<Jinja> body) {
        return body.get(0) instanceof Jinja.Plain plain && plain.text().startsWith("\n");
    }

    private static List<Jinja> ended(List<Jinja> body) {
        var longer = new ArrayList<>(body);
        int last = longer.size() - 1;
        if (longer.get(last) instanceof Jinja.Plain plain) {
            longer.set(last, new Jinja.Plain(plain.text() + "\n"));
        } else {
            longer.add(new Jinja.Plain("\n"));
        }
        return longer;
    }

    /** What a block holds, as far as it can be moved; one empty body where nothing can. */
    private static List<List<Jinja>> bodies(Jinja part) {
        var bodies = new ArrayList<List<Jinja>>();
        if (part instanceof Jinja.If choice) {
            choice.branches().forEach(each -> bodies.add(each.body()));
            if (!choice.otherwise().isEmpty()) {
                bodies.add(choice.otherwise());
            }
        } else if (part instanceof Jinja.Loop loop && loop.otherwise().isEmpty() && loop.condition() == null) {
            bodies.add(loop.body());
        }
        boolean none = bodies.isEmpty() || bodies.stream().anyMatch(List::isEmpty);
        return none ? List.of(List.of(new Jinja.Plain(""))) : bodies;
    }

    private static Jinja with(Jinja part, UnaryOperator<List<Jinja>> change) {
        if (part instanceof Jinja.If choice) {
            return new Jinja.If(
                    choice.branches().stream()
                            .map(each -> new Jinja.Branch(each.condition(), change.apply(each.body())))
                            .toList(),
                    choice.otherwise().isEmpty() ? choice.otherwise() : change.apply(choice.otherwise()),
                    choice.source());
        }
        Jinja.Loop loop = (Jinja.Loop) part;
        return new Jinja.Loop(
                loop.targets(),
                loop.over(),
                loop.condition(),
                change.apply(loop.body()),
                loop.otherwise(),
                loop.source());
    }
}
