package dev.caravan.expression;

/** One node of a compiled expression. */
interface Node {
    Object eval(Frame frame);
}
