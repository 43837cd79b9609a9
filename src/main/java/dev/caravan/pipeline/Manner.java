package dev.caravan.pipeline;

/**
 * How a step comes by what it makes of a unit, which says what the step costs and what it waits for. What is not computed
 * is an answer: of a provider, of a program, of a person.
 */
public enum Manner {
    /** In process, for nothing: the same record always comes to the same. */
    COMPUTES,
    /** By asking a provider, for money. */
    BUYS,
    /** By running a program, for time. No kind of step is of this manner yet: tools will be. */
    RUNS,
    /** By waiting until a person has said a word. */
    WAITS;

    /** Whether a provider is asked; all others cost nothing. */
    public boolean asksProvider() {
        return this == BUYS;
    }

    /** Whether units wait until a person has spoken. */
    public boolean waitsForPerson() {
        return this == WAITS;
    }
}
