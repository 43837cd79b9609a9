package dev.caravan.report;

import dev.caravan.base.PlainText;
import java.util.List;

/** Rows of cells in columns, for a terminal. */
public final class TextTable {
    private static final int WIDEST = 40;

    private TextTable() {}

    /** @param left so many columns begin at the left; the others end at the right, as numbers do */
    public static String of(List<List<String>> rows, int left) {
        int columns = rows.get(0).size();
        var widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], cut(row.get(i)).length());
            }
        }
        var text = new StringBuilder();
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = cut(row.get(i));
                String gap = " ".repeat(widths[i] - cell.length());
                line.append(i == 0 ? "" : "  ").append(i < left ? cell + gap : gap + cell);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** What a model or an item brought may hold anything: line ends and escapes do not reach the terminal. */
    private static String cut(String cell) {
        return PlainText.line(cell, WIDEST);
    }
}
