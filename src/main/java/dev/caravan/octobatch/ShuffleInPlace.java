package dev.caravan.octobatch;

/** {@code random.shuffle(list)} changes the list in Python and gives nothing; here it gives a new one. */
final class ShuffleInPlace {
    private ShuffleInPlace() {}

    /** What an expression that only shuffles a field becomes; empty for any other. */
    static String shuffled(String python) {
        if (!(ExprParser.python(python.strip()) instanceof PythonExpr.Call call)
                || call.arguments().size() != 1
                || !call.on().equals(new PythonExpr.Attribute(new PythonExpr.Name("random"), "shuffle"))
                || !(call.arguments().get(0) instanceof PythonExpr.Name list)
                || !list.id().matches("[A-Za-z_][A-Za-z0-9_]*")) {
            return "";
        }
        return "def mixed = random.shuffle(" + list.id() + "); " + list.id() + ".clear(); " + list.id()
                + ".addAll(mixed); null";
    }
}
