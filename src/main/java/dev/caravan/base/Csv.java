package dev.caravan.base;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines of comma-separated values, RFC 4180. */
public final class Csv {
    private Csv() {}

    /** One line with its end, in UTF-8. A cell that a spreadsheet would take for a formula is kept as text by an apostrophe. */
    public static byte[] line(List<String> cells) {
        return text(cells).getBytes(StandardCharsets.UTF_8);
    }

    public static String text(List<String> cells) {
        return LoneSurrogates.replaced(
                String.join(",", cells.stream().map(Csv::quoted).toList()) + "\r\n");
    }

    /** A text as it stands between two commas. */
    public static String cell(String text) {
        return LoneSurrogates.replaced(quoted(text));
    }

    /** A value as a cell: text as it is, nothing for null, lists and objects as JSON. */
    public static String cell(@Nullable JsonNode value) {
        if (value == null || value.isNull() || value.isMissingNode()) {
            return "";
        }
        return value.isValueNode() ? value.asText() : Json.text(value);
    }

    private static String quoted(String cell) {
        boolean formula = !cell.isEmpty() && "=+-@\t\r".indexOf(cell.charAt(0)) >= 0 && !isNumber(cell);
        String text = formula ? "'" + cell : cell;
        boolean plain = text.chars().noneMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
        return plain && !text.isEmpty() ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private static boolean isNumber(String cell) {
        return cell.matches("[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?");
    }
}
