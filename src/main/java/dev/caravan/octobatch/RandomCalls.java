package dev.caravan.octobatch;

/** Whether an expression asks for random numbers, which must not be drawn twice. */
final class RandomCalls {
    private RandomCalls() {}

    static boolean in(PythonExpr e) {
        return (e instanceof PythonExpr.Name name && name.id().equals("random"))
                || PythonExpr.parts(e).anyMatch(RandomCalls::in);
    }
}
