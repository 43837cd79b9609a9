package dev.caravan.octobatch;

import java.util.Set;

/** Names that cannot be those of fields or parameters in our expressions. */
final class ReservedWords {
    private static final Set<String> ALL = Set.of(
            "abstract assert boolean break byte case catch char class const continue def default do double else enum extends false final finally float for goto if implements import in instanceof int interface it long native new null package private protected public return short static super switch synchronized this threadsafe throw throws trait transient true try var void volatile while"
                    .split(" "));

    private ReservedWords() {}

    /** Whether a name may stand in an expression as it is. */
    static boolean admit(String name) {
        return !ALL.contains(name) && name.matches("[A-Za-z_][A-Za-z0-9_]*");
    }

    /** A parameter's name, changed where it would mean something else. */
    static String parameter(String name) {
        return ALL.contains(name) || name.equals("record") || name.equals("random") ? name + "_" : name;
    }
}
