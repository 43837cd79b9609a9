package dev.caravan.octobatch;

/** Whether an expression asks for random numbers, which must not be drawn twice. */
final class RandomCalls {
    private RandomCalls() {}

    static boolean in(PythonExpr e) {
        return (e instanceof PythonExpr.Name name && name.id().equals("random"))
                || e.parts().anyMatch(RandomCalls::in);
    }

    /** What is written twice is evaluated twice, which must make no difference. */
    static void refuseTwice(PythonExpr e) {
        if (in(e)) {
            throw new UntranslatableException("a value by chance is compared twice; give it a name of its own first");
        }
    }
}
