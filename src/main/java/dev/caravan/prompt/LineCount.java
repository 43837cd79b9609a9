package dev.caravan.prompt;

/** Counts lines of a text from where it was asked last, for it is asked at most once for each place, in order. */
final class LineCount {
    private int counted;
    private int line = 1;

    int at(CharSequence text, int offset) {
        if (offset < counted) {
            counted = 0;
            line = 1;
        }
        for (; counted < offset; counted++) {
            line += text.charAt(counted) == '\n' ? 1 : 0;
        }
        return line;
    }
}
