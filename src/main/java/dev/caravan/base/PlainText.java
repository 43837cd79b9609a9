package dev.caravan.base;

/** tmp */
public final class PlainText {
    private PlainText() {}

    public static String line(String text, int most) {
        return text.length() > most ? text.substring(0, most) + "…" : text;
    }
}
