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
            int digits = digits(next);
            if (digits > 0) {
                text.appendCodePoint(point(next, inside.substring(i + 1, Math.min(inside.length(), i + 1 + digits))));
                i += digits;
            } else {
                text.append(simple(next));
            }
        }
        return text.toString();
    }

    private static String simple(char next) {
        return switch (next) {
            case '\n' -> "";
            case '\\', '\'', '"' -> String.valueOf(next);
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            default -> "\\" + next;
        };
    }

    /** How many stand behind a sign that names a character by its number; 0 for every other. */
    private static int digits(char sign) {
        return switch (sign) {
            case 'x' -> 2;
            case 'u' -> 4;
            case 'U' -> 8;
            default -> 0;
        };
    }

    private static int point(char sign, String code) {
        if (code.length() < digits(sign) || !code.matches("[0-9A-Fa-f]+")) {
            throw new UntranslatableException("\\" + sign + " needs " + digits(sign) + " hexadecimal digits");
        }
        int point = (int) Math.min(Integer.MAX_VALUE, Long.parseLong(code, 16));
        if (!Character.isValidCodePoint(point)) {
            throw new UntranslatableException("\\" + sign + code + " is no character");
        }
        return point;
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
