package dev.caravan.expression;

/** One node of a compiled expression. */
interface ExpressionNode {
    Object eval(CallFrame frame);
}
