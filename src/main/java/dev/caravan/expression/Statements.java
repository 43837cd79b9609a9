package dev.caravan.expression;

import java.util.ArrayList;
import java.util.List;
import org.codehaus.groovy.ast.expr.ClosureListExpression;
import org.codehaus.groovy.ast.expr.EmptyExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.BreakStatement;
import org.codehaus.groovy.ast.stmt.CaseStatement;
import org.codehaus.groovy.ast.stmt.ContinueStatement;
import org.codehaus.groovy.ast.stmt.EmptyStatement;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.ast.stmt.ForStatement;
import org.codehaus.groovy.ast.stmt.IfStatement;
import org.codehaus.groovy.ast.stmt.ReturnStatement;
import org.codehaus.groovy.ast.stmt.Statement;
import org.codehaus.groovy.ast.stmt.SwitchStatement;
import org.codehaus.groovy.ast.stmt.WhileStatement;

/** Compiles the statements that an expression or closure may hold. The value of a block is that of its last one. */
final class Statements {
    private final Builder expressions;

    Statements(Builder expressions) {
        this.expressions = expressions;
    }

    Node block(Statement statement) {
        List<Statement> all = statement instanceof BlockStatement block ? block.getStatements() : List.of(statement);
        expressions.scope().openBlock();
        var nodes = new ArrayList<Node>();
        for (Statement each : all) {
            if (!(each instanceof EmptyStatement)) {
                nodes.add(statement(each));
            }
        }
        expressions.scope().closeBlock();
        if (nodes.size() == 1) {
            return nodes.get(0);
        }
        Node[] steps = nodes.toArray(Node[]::new);
        return frame -> {
            Object value = Values.NULL;
            for (Node each : steps) {
                Object next = each.eval(frame);
                if (frame.signal != Frame.Signal.NONE) {
                    return frame.signal == Frame.Signal.RETURN ? next : value;
                }
                value = next;
            }
            return value;
        };
    }

    private Node statement(Statement statement) {
        if (statement.getStatementLabels() != null
                && !statement.getStatementLabels().isEmpty()) {
            throw Compiler.refused(statement, "labels have no place in an expression; a map is written [a: 1]");
        }
        if (statement instanceof ExpressionStatement s) {
            return expressions.build(s.getExpression());
        }
        if (statement instanceof ReturnStatement s) {
            Node value = expressions.build(s.getExpression());
            return frame -> {
                Object result = value.eval(frame);
                frame.signal = Frame.Signal.RETURN;
                return result;
            };
        }
        if (statement instanceof BlockStatement s) {
            return block(s);
        }
        if (statement instanceof IfStatement s) {
            return choice(s);
        }
        if (statement instanceof WhileStatement s) {
            return loop(
                    frame -> Values.NULL,
                    expressions.build(s.getBooleanExpression()),
                    frame -> Values.NULL,
                    s.getLoopBlock());
        }
        if (statement instanceof ForStatement s) {
            return s.getCollectionExpression() instanceof ClosureListExpression parts ? counting(s, parts) : each(s);
        }
        if (statement instanceof BreakStatement s && s.getLabel() == null) {
            return signal(Frame.Signal.BREAK);
        }
        if (statement instanceof ContinueStatement s && s.getLabel() == null) {
            return signal(Frame.Signal.CONTINUE);
        }
        if (statement instanceof SwitchStatement s) {
            return cases(s);
        }
        throw Compiler.refused(statement, "this kind of statement has no place in an expression");
    }

    private static Node signal(Frame.Signal signal) {
        return frame -> {
            frame.signal = signal;
            return Values.NULL;
        };
    }

    /** Goes on from the first case that fits to the next break, as in Java. A list or range fits what it holds. */
    private Node cases(SwitchStatement s) {
        Node subject = expressions.build(s.getExpression());
        var tests = new ArrayList<Node>();
        var bodies = new ArrayList<Node>();
        for (CaseStatement each : s.getCaseStatements()) {
            tests.add(expressions.build(each.getExpression()));
            bodies.add(block(each.getCode()));
        }
        Node otherwise = s.getDefaultStatement() instanceof EmptyStatement ? null : block(s.getDefaultStatement());
        if (otherwise != null) {
            bodies.add(otherwise);
        }
        return frame -> {
            Object value = subject.eval(frame);
            int from = 0;
            while (from < tests.size() && !fits(tests.get(from).eval(frame), value, frame.meter())) {
                from++;
            }
            Object result = Values.NULL;
            for (int i = from; i < bodies.size(); i++) {
                result = bodies.get(i).eval(frame);
                if (frame.signal == Frame.Signal.BREAK) {
                    frame.signal = Frame.Signal.NONE;
                    return result;
                }
                if (frame.signal != Frame.Signal.NONE) {
                    return result;
                }
            }
            return result;
        };
    }

    private static boolean fits(Object test, Object value, Meter meter) {
        if (test instanceof Func func) {
            return func.test(value);
        }
        boolean holder = test instanceof List && !(value instanceof List);
        return holder ? Operators.contains(test, value, meter) : Values.same(test, value, meter);
    }

    private Node choice(IfStatement s) {
        Node condition = expressions.build(s.getBooleanExpression());
        Node then = block(s.getIfBlock());
        Node otherwise = s.getElseBlock() instanceof EmptyStatement ? frame -> Values.NULL : block(s.getElseBlock());
        return frame -> Values.truth(condition.eval(frame)) ? then.eval(frame) : otherwise.eval(frame);
    }

    private Node counting(ForStatement s, ClosureListExpression parts) {
        List<Expression> all = parts.getExpressions();
        if (all.size() != 3) {
            throw Compiler.refused(s, "write for (x in list) { … } or for (int i = 0; i < n; i++) { … }");
        }
        expressions.scope().openBlock();
        Node first = part(all.get(0), Values.NULL);
        Node condition = part(all.get(1), true);
        Node next = part(all.get(2), Values.NULL);
        Node loop = loop(first, condition, next, s.getLoopBlock());
        expressions.scope().closeBlock();
        return loop;
    }

    private Node part(Expression part, Object otherwise) {
        return part instanceof EmptyExpression ? frame -> otherwise : expressions.build(part);
    }

    private Node loop(Node first, Node condition, Node next, Statement inner) {
        Node body = block(inner);
        return frame -> {
            first.eval(frame);
            while (Values.truth(condition.eval(frame))) {
                frame.meter().step();
                Object value = body.eval(frame);
                if (leaves(frame)) {
                    return value;
                }
                next.eval(frame);
            }
            return Values.NULL;
        };
    }

    private Node each(ForStatement s) {
        Node elements = expressions.build(s.getCollectionExpression());
        expressions.scope().openBlock();
        int slot = expressions.scope().define(s.getVariable().getName());
        Node body = block(s.getLoopBlock());
        expressions.scope().closeBlock();
        return frame -> {
            for (Object each : Methods.elements(elements.eval(frame), frame.meter())) {
                frame.meter().step();
                frame.set(slot, each);
                Object value = body.eval(frame);
                if (leaves(frame)) {
                    return value;
                }
            }
            return Values.NULL;
        };
    }

    /** Whether a loop is left here; takes note of break and continue, and leaves return to the closure. */
    private static boolean leaves(Frame frame) {
        Frame.Signal signal = frame.signal;
        if (signal == Frame.Signal.CONTINUE || signal == Frame.Signal.BREAK) {
            frame.signal = Frame.Signal.NONE;
        }
        return signal == Frame.Signal.BREAK || signal == Frame.Signal.RETURN;
    }
}
