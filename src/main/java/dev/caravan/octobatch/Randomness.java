package dev.caravan.octobatch;

/** Whether an expression asks for random numbers, which must not be drawn twice. */
final class Randomness {
    private Randomness() {}

    static boolean in(Expr e) {
        return (e instanceof Expr.Name name && name.id().equals("random"))
                || Expr.parts(e).anyMatch(Randomness::in);
    }
}
