package dev.caravan.octobatch;

import dev.caravan.octobatch.PythonExpr.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Texts with values in them: f-strings, {@code format()} and {@code %}. */
final class TextWriter {
    private static final Pattern FORMAT = Pattern.compile(
            "(?:(?<fill>.)?(?<side>[<>^]))?(?<zero>0)?(?<width>[0-9]{1,3})?(?<digits>\\.[0-9]{1,3})?(?<kind>[sdf%]?)");
    private static final Map<String, String> PADDING = Map.of("<", "padRight", ">", "padLeft", "^", "center");
    private static final Pattern PERCENT = Pattern.compile(
            "%(?:\\((?<name>[A-Za-z_]\\w*)\\))?(?<flag>[0-]?)(?<width>[0-9]{0,3})(?<digits>(?:\\.[0-9]{1,3})?)(?<kind>[sdif%])");
    private static final Pattern PLACE = Pattern.compile(
            "\\{\\{|\\}\\}|\\{(?<what>[A-Za-z_]\\w*|[0-9]{1,3}|)(?<part>[^{}:!]*)(?::(?<format>[^{}]*))?\\}");

    private final ExprWords words;

    TextWriter(ExprWords words) {
        this.words = words;
    }

    OurExpr filled(List<PythonExpr.Piece> pieces) {
        var out = new StringBuilder("\"");
        for (PythonExpr.Piece each : pieces) {
            PythonExpr value = each.value();
            if (value == null) {
                out.append(TextEscapes.written(each.text(), '"'));
            } else {
                out.append("${")
                        .append(shown(value, each.conversion(), each.format()))
                        .append('}');
                out.append(each.format().endsWith("%") ? "%" : "");
            }
        }
        return OurExpr.whole(out.append('"').toString(), ValueType.TEXT);
    }

    OurExpr joined(PythonExpr.Joined joined) {
        return filled(joined.texts().stream()
                .map(each -> each instanceof PythonExpr.Text text
                        ? new PythonExpr.Piece(text.value(), null, "", "")
                        : new PythonExpr.Piece("", each, "", ""))
                .toList());
    }

    private String shown(PythonExpr value, String conversion, String format) {
        OurExpr said = words.value(value);
        if (conversion.equals("r") && said.type() == ValueType.TEXT) {
            return "\"'${" + said.text() + "}'\"";
        }
        if (!conversion.isEmpty() && !conversion.equals("s") && !conversion.equals("r")) {
            throw new UntranslatableException("!" + conversion + " in a text has no equal");
        }
        String plain = said.type() == ValueType.TRUTH ? truth(said) : said.text();
        return format.isEmpty() ? plain : formatted(said, format);
    }

    /** Python writes True and False. */
    static String truth(OurExpr said) {
        return said.within(OurExpr.OR) + " ? 'True' : 'False'";
    }

    private static String formatted(OurExpr said, String format) {
        Matcher m = FORMAT.matcher(format);
        if (!m.matches() || (m.group("digits") != null && "s".equals(m.group("kind")))) {
            throw new UntranslatableException("the format :" + format + " has no equal");
        }
        String rounded = rounded(said, m.group("digits"), m.group("kind"));
        String width = m.group("width");
        if (width == null) {
            return rounded == null ? said.text() : rounded;
        }
        String method = PADDING.get(side(said, m.group("side")));
        String fill = m.group("zero") != null ? "0" : Objects.requireNonNullElse(m.group("fill"), " ");
        return "(" + (rounded == null ? said.within(OurExpr.RELATION) : rounded) + " as String)." + method + "(" + width
                + (fill.equals(" ") ? "" : ", '" + TextEscapes.written(fill, '\'') + "'") + ")";
    }

    /** With a number of decimal places; null where the format names none. */
    private static @Nullable String rounded(OurExpr said, @Nullable String digits, String kind) {
        boolean percent = kind.equals("%");
        if (digits == null && !percent && !kind.equals("f")) {
            return null;
        }
        String number = percent ? said.within(OurExpr.PRODUCT) + " * 100" : said.within(OurExpr.RELATION);
        return "(" + number + " as BigDecimal).setScale(" + (digits == null ? "6" : digits.substring(1)) + ")";
    }

    /** Texts stand at the left and numbers at the right, unless it is said. */
    private static String side(OurExpr said, @Nullable String given) {
        return given != null ? given : said.type() == ValueType.TEXT ? "<" : ">";
    }

    /** {@code 'a %s' % value}. */
    OurExpr percent(PythonExpr template, PythonExpr values) {
        if (!(template instanceof PythonExpr.Text text)) {
            throw new UntranslatableException("% with a text that is computed has no equal");
        }
        List<PythonExpr> given = values instanceof PythonExpr.Listed list && list.shape() == Shape.TUPLE
                ? list.elements()
                : List.of(values);
        var pieces = new ArrayList<PythonExpr.Piece>();
        Matcher m = PERCENT.matcher(text.value());
        int from = 0;
        int next = 0;
        while (m.find()) {
            pieces.add(new PythonExpr.Piece(text.value().substring(from, m.start()), null, "", ""));
            from = m.end();
            if (m.group("kind").equals("%")) {
                pieces.add(new PythonExpr.Piece("%", null, "", ""));
                continue;
            }
            PythonExpr value;
            if (m.group("name") != null) {
                value = new PythonExpr.Index(values, new PythonExpr.Text(m.group("name")));
            } else if (next < given.size()) {
                value = given.get(next++);
            } else {
                throw new UntranslatableException("% needs more values than there are");
            }
            pieces.add(new PythonExpr.Piece("", value, "", format(m)));
        }
        String rest = text.value().substring(from);
        if (rest.contains("%")) {
            throw new UntranslatableException("a % in a text with values has no equal");
        }
        pieces.add(new PythonExpr.Piece(rest, null, "", ""));
        return filled(pieces);
    }

    private static String format(Matcher m) {
        String side = m.group("width").isEmpty() ? "" : m.group("flag").equals("-") ? "<" : ">";
        String zero = m.group("flag").equals("0") ? "0" : "";
        String kind = m.group("kind").equals("f") ? "f" : "";
        return side + zero + m.group("width") + m.group("digits") + kind;
    }

    /** {@code 'a {}'.format(value)}. */
    OurExpr format(String template, List<PythonExpr> arguments, Map<String, PythonExpr> named) {
        var pieces = new ArrayList<PythonExpr.Piece>();
        Matcher m = PLACE.matcher(template);
        int from = 0;
        int next = 0;
        while (m.find()) {
            pieces.add(new PythonExpr.Piece(template.substring(from, m.start()), null, "", ""));
            from = m.end();
            String what = m.group("what");
            if (what == null) {
                pieces.add(new PythonExpr.Piece(m.group().substring(1), null, "", ""));
                continue;
            }
            String part = m.group("part");
            PythonExpr value = named.get(what);
            if (what.isEmpty() || what.matches("[0-9]+")) {
                int at = what.isEmpty() ? next++ : Integer.parseInt(what);
                value = at < arguments.size() ? arguments.get(at) : null;
            }
            if (value == null || !part.isEmpty()) {
                throw new UntranslatableException("'" + m.group() + "' in format() has no equal");
            }
            pieces.add(new PythonExpr.Piece("", value, "", m.group("format") == null ? "" : m.group("format")));
        }
        pieces.add(new PythonExpr.Piece(template.substring(from), null, "", ""));
        return filled(pieces);
    }
}
