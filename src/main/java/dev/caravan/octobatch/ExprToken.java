package dev.caravan.octobatch;

/** @param text of a text without quotes and escapes; of a filled text its raw inside */
record ExprToken(Kind kind, String text) {
    enum Kind {
        NAME,
        NUMBER,
        TEXT,
        FILLED,
        SIGN,
        END
    }

    boolean is(String sign) {
        return (kind == Kind.SIGN || kind == Kind.NAME) && text.equals(sign);
    }
}
