package dev.caravan.octobatch;

/** What the parsers of values ask for: the expressions that stand inside of them. */
interface WholeExprs {
    /** Any expression. */
    PythonExpr one();

    /** What may stand behind {@code in} of a loop: no choice, for {@code if} filters there. */
    PythonExpr or();

    /** An expression, or a list whose elements are meant. */
    PythonExpr spreadable();

    /** What stands between the braces of a text. */
    PythonExpr ofPython(String source);
}
