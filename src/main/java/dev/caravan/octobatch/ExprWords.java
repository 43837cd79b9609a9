package dev.caravan.octobatch;

import java.util.List;
import java.util.function.Supplier;

/** What the writers of single kinds of expressions ask of the whole: to write what is inside of them. */
interface ExprWords {
    OurExpr value(PythonExpr e);

    /** A value of which only counts whether it is true. */
    OurExpr holds(PythonExpr e);

    /** Whether a name means something else than a field of the record. */
    boolean isBound(String id);

    /** Writes what is inside of a closure, whose parameters hide fields of the same names. */
    <T> T inside(List<String> parameters, Supplier<T> body);

    String closure(List<String> parameters, Supplier<String> body);

    /** What is applied to each element: a lambda, or the name of a function. */
    String closure(PythonExpr function);
}
