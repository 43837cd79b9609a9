package dev.caravan.octobatch;

/** What stands behind backslashes in a text of Python's, and in one of ours. */
final class TextEscapes {
    private TextEscapes() {}

    static String resolved(String inside) {
        var text = new StringBuilder();
        for (int i = 0; i < inside.length(); i++) {
            char c = inside.charAt(i);
            if (c != '\\' || i + 1 == inside.length()) {
                text.append(c);
                continue;
            }
            char next = inside.charAt(++i);
            switch (next) {
                case '\n' -> {}
                case '\\', '\'', '"' -> text.append(next);
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'x', 'u', 'U' -> {
                    int digits = next == 'x' ? 2 : next == 'u' ? 4 : 8;
                    String code = inside.substring(i + 1, Math.min(inside.length(), i + 1 + digits));
                    if (code.length() < digits || !code.matches("[0-9A-Fa-f]+")) {
                        throw new UntranslatableException("\\" + next + " needs " + digits + " hexadecimal digits");
                    }
                    int point = (int) Math.min(Integer.MAX_VALUE, Long.parseLong(code, 16));
                    if (!Character.isValidCodePoint(point)) {
                        throw new UntranslatableException("\\" + next + code + " is no character");
                    }
                    text.appendCodePoint(point);
                    i += digits;
                }
                default -> text.append('\\').append(next);
            }
        }
        return text.toString();
    }

    /** As it stands between quotes of ours. */
    static String written(String text, char quote) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c == quote || (quote == '"' && c == '$')) {
                        out.append('\\').append(c);
                    } else if (c < ' ') {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.toString();
    }
}
