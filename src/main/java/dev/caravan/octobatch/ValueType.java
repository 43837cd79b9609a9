package dev.caravan.octobatch;

/** What is known of a value before anything runs; Python's operators mean something else for each. */
enum ValueType {
    TEXT,
    NUMBER,
    TRUTH,
    LIST,
    /** A list without repetitions; Python compares sets without regard to order. */
    SET,
    MAP,
    UNKNOWN;

    boolean listed() {
        return this == LIST || this == SET;
    }
}
