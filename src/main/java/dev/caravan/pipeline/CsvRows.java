package dev.caravan.pipeline;

import dev.caravan.base.UserMistakeException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The rows of comma-separated values, RFC 4180, or of values separated otherwise, as spreadsheets write them: named by a header, each with the line of the
 * file it begins in. Lines end with LF, CRLF or CR.
 */
final class CsvRows {
    private static final int LONGEST_CELL = 16 << 20;
    private static final int MOST_COLUMNS = 10_000;
    private static final int HEADER_SHOWN = 80;
    private static final int END = -1;
    private static final int BLOCK = 1 << 16;

    private final Reader reader;
    private final char[] block = new char[BLOCK];
    private int at;
    private int filled;
    private final String shownAs;
    private final char delimiter;
    private final Advice advice;
    private final List<String> names = new ArrayList<>();
    /** The cell that is being read. */
    private final StringBuilder cell = new StringBuilder();

    private int line = 1;
    private int rowLine = 1;
    private long empty;
    private int firstEmpty;

    /** Says, for a separator that a file seems to have, what to do about it. */
    interface Advice extends UnaryOperator<String> {}

    /**
     * Reads the header, and refuses what is none.
     *
     * @param delimiter what separates cells
     */
    CsvRows(Reader reader, String shownAs, char delimiter, Advice advice) throws IOException {
        this.reader = reader;
        this.shownAs = shownAs;
        this.delimiter = delimiter;
        this.advice = advice;
        header();
    }

    /** Of the columns; empty for one that has no name and no cells. */
    List<String> names() {
        return names;
    }

    /** The line of the file in which the last row began, from 1. */
    int line() {
        return rowLine;
    }

    /** Rows of empty cells only, so far: they were passed over. */
    long empty() {
        return empty;
    }

    /** The line of the first of them. */
    int firstEmpty() {
        return firstEmpty;
    }

    /** The cells of the next row that has any; null at the end. */
    @Nullable List<String> next() throws IOException {
        for (List<String> cells = record(); cells != null; cells = record()) {
            boolean blankLine = cells.size() == 1 && cells.get(0).isBlank();
            if (cells.stream().allMatch(String::isBlank)) {
                boolean counts = !blankLine || names.size() == 1;
                firstEmpty = counts && empty == 0 ? rowLine : firstEmpty;
                empty += counts ? 1 : 0;
                continue;
            }
            check(cells);
            return cells;
        }
        return null;
    }

    private void check(List<String> cells) {
        if (cells.size() != names.size()) {
            throw wrong(
                    rowLine,
                    "has " + count(cells.size()) + ", and the header " + names.size()
                            + (cells.size() > names.size()
                                    ? "; put a cell with "
                                            + (delimiter == ',' ? "a comma" : name(String.valueOf(delimiter)))
                                            + " in it into double quotes"
                                    : ""));
        }
        for (int i = 0; i < cells.size(); i++) {
            if (names.get(i).isEmpty() && !cells.get(i).isBlank()) {
                throw wrong(rowLine, "cell " + (i + 1) + " stands in a column without a name; name it in the header");
            }
        }
    }

    private static String count(int cells) {
        return cells == 1 ? "1 cell" : cells + " cells";
    }

    private void header() throws IOException {
        List<String> cells = record();
        if (cells != null && isSeparator(cells)) {
            cells = record();
        }
        while (cells != null && cells.size() == 1 && cells.get(0).isBlank()) {
            cells = record();
        }
        if (cells != null) {
            refuseOtherSeparators(cells);
            name(cells);
        }
    }

    /** What a spreadsheet calls for; here it is so anyway. */
    private static boolean isSeparator(List<String> cells) {
        return cells.size() <= 2 && cells.get(0).strip().equalsIgnoreCase("sep=");
    }

    private void name(List<String> columns) {
        var seen = new HashSet<String>();
        for (String each : columns) {
            String name = each.strip();
            if (!name.isEmpty() && !seen.add(name)) {
                throw wrong(rowLine, "has the column \"" + name + "\" twice; each needs a name of its own");
            }
            names.add(name);
        }
        if (seen.isEmpty()) {
            throw wrong(rowLine, "must name the columns");
        }
    }

    /** A file that was saved with other separators has one column, or few with odd names. */
    private void refuseOtherSeparators(List<String> cells) {
        String text = String.join(String.valueOf(delimiter), cells);
        boolean told = text.strip().toLowerCase(Locale.ROOT).startsWith("sep=");
        for (String each : List.of(";", "\t", "|", ",")) {
            long others = text.chars().filter(c -> c == each.charAt(0)).count();
            if (each.charAt(0) != delimiter && (others >= cells.size() || (told && others > 0))) {
                String shown = text.length() > HEADER_SHOWN ? text.substring(0, HEADER_SHOWN) + "…" : text;
                throw wrong(
                        rowLine,
                        "the header '" + shown.replace("\t", "\\t") + "' looks separated by " + name(each) + "; "
                                + advice.apply(each));
            }
        }
    }

    private static String name(String separator) {
        return separator.equals("\t") ? "tabs" : '"' + separator + '"';
    }

    /** The cells of the next line, or lines where quotes hold line breaks; null at the end of the file. */
    private @Nullable List<String> record() throws IOException {
        if (peek() == END) {
            return null;
        }
        rowLine = line;
        var cells = new ArrayList<String>();
        while (true) {
            if (cells.size() >= MOST_COLUMNS) {
                throw wrong(rowLine, "has more than " + MOST_COLUMNS + " cells");
            }
            cells.add(peek() == '"' ? quoted() : plain());
            int behind = take();
            if (behind != delimiter) {
                endOfLine(behind);
                return cells;
            }
        }
    }

    private String plain() throws IOException {
        cell.setLength(0);
        while (!isEndOfCell()) {
            int from = at;
            while (at < filled && isPlain(block[at])) {
                at++;
            }
            cell.append(block, from, at - from);
            checkLength();
            if (at < filled && block[at] == 0) {
                take();
            }
        }
        return cell.toString();
    }

    /** Whether it goes on with the cell that began without a quote; NUL ends everything. */
    private boolean isPlain(char c) {
        return c != delimiter && c != '\n' && c != '\r' && c != 0;
    }

    private String quoted() throws IOException {
        int opened = line;
        take();
        cell.setLength(0);
        for (int c = inQuotes(opened); c != END; c = inQuotes(opened)) {
            if (c == '\n' || (c == '\r' && peek() != '\n')) {
                line++;
            }
            cell.append((char) c);
            checkLength();
        }
        while (peek() != delimiter && (peek() == ' ' || peek() == '\t')) {
            take();
        }
        if (!isEndOfCell()) {
            throw wrong(
                    line, "text stands behind the double quote that ends a cell; inside of one write it twice: \"\"");
        }
        return cell.toString();
    }

    /** The next character of a cell in double quotes, in which two of them are one; END behind its last. */
    private int inQuotes(int opened) throws IOException {
        int c = take();
        if (c == END) {
            throw wrong(opened, "a cell begins with a double quote here, and none ends it");
        }
        if (c == '"' && peek() != '"') {
            return END;
        }
        return c == '"' ? take() : c;
    }

    private boolean isEndOfCell() throws IOException {
        int c = peek();
        return c == delimiter || c == '\n' || c == '\r' || c == END;
    }

    private void endOfLine(int c) throws IOException {
        if (c == '\r' && peek() == '\n') {
            take();
        }
        line++;
    }

    private void checkLength() {
        if (cell.length() > LONGEST_CELL) {
            throw wrong(rowLine, "has a cell of more than " + (LONGEST_CELL >> 20) + " MB; is a double quote missing?");
        }
    }

    private int peek() throws IOException {
        if (at == filled) {
            at = 0;
            filled = Math.max(0, reader.read(block, 0, BLOCK));
        }
        return at == filled ? END : block[at];
    }

    private int take() throws IOException {
        int c = peek();
        at += c == END ? 0 : 1;
        if (c == 0) {
            throw wrong(line, "holds a NUL byte; is this a text file, saved as UTF-8?");
        }
        return c;
    }

    private UserMistakeException wrong(int where, String message) {
        return new UserMistakeException(shownAs, "line " + where, message);
    }
}
