package dev.caravan.octobatch;

/** What the writers of filters and calls ask of the whole: to say what is inside of them. */
interface VelocityWords {
    VelocityExpr value(PythonExpr e);

    /** A reference of which nothing is left where what it asks for is not there. */
    VelocityExpr quietly(PythonExpr e);

    /** A reference, made where it is none yet. */
    VelocityExpr reference(VelocityExpr v);

    /** What may stand between the brackets of a call. */
    VelocityExpr argument(PythonExpr e);
}
