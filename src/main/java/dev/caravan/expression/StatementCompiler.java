package dev.caravan.expression;

import dev.caravan.base.KindTable;
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
final class StatementCompiler {
    private final NodeBuilder expressions;

    private final KindTable<Statement, ExpressionNode> kinds = new KindTable<Statement, ExpressionNode>()
            .on(ExpressionStatement.class, s -> value(s.getExpression()))
            .on(ReturnStatement.class, this::returned)
            .on(BlockStatement.class, this::block)
            .on(IfStatement.class, this::choice)
            .on(WhileStatement.class, this::repeated)
            .on(ForStatement.class, this::loop)
            .on(BreakStatement.class, s -> s.getLabel() == null ? signal(CallFrame.Signal.BREAK) : refused(s))
            .on(ContinueStatement.class, s -> s.getLabel() == null ? signal(CallFrame.Signal.CONTINUE) : refused(s))
            .on(SwitchStatement.class, this::cases);

    StatementCompiler(NodeBuilder expressions) {
        this.expressions = expressions;
    }

    private ExpressionNode value(Expression expression) {
        return expressions.build(expression);
    }

    ExpressionNode block(Statement statement) {
        List<Statement> all = statement instanceof BlockStatement block ? block.getStatements() : List.of(statement);
        expressions.scope().openBlock();
        var nodes = new ArrayList<ExpressionNode>();
        for (Statement each : all) {
            if (!(each instanceof EmptyStatement)) {
                nodes.add(statement(each));
            }
        }
        expressions.scope().closeBlock();
        if (nodes.size() == 1) {
            return nodes.get(0);
        }
        ExpressionNode[] steps = nodes.toArray(ExpressionNode[]::new);
        return ExpressionNode.of(frame -> {
            Object value = ExpressionValues.NULL;
            for (ExpressionNode each : steps) {
                Object next = each.eval(frame);
                if (frame.signal != CallFrame.Signal.NONE) {
                    return frame.signal == CallFrame.Signal.RETURN ? next : value;
                }
                value = next;
            }
            return value;
        });
    }

    private ExpressionNode statement(Statement statement) {
        if (statement.getStatementLabels() != null
                && !statement.getStatementLabels().isEmpty()) {
            throw ExpressionCompiler.refused(
                    statement, "labels have no place in an expression; a map is written [a: 1]");
        }
        return kinds.apply(statement, StatementCompiler::refused);
    }

    private static ExpressionNode refused(Statement statement) {
        throw ExpressionCompiler.refused(statement, "this kind of statement has no place in an expression");
    }

    private ExpressionNode returned(ReturnStatement s) {
        ExpressionNode value = expressions.build(s.getExpression());
        return ExpressionNode.of(frame -> {
            Object result = value.eval(frame);
            frame.signal = CallFrame.Signal.RETURN;
            return result;
        });
    }

    private ExpressionNode repeated(WhileStatement s) {
        return loop(
                always(ExpressionValues.NULL),
                expressions.build(s.getBooleanExpression()),
                always(ExpressionValues.NULL),
                s.getLoopBlock());
    }

    private ExpressionNode loop(ForStatement s) {
        return s.getCollectionExpression() instanceof ClosureListExpression parts ? counting(s, parts) : each(s);
    }

    private static ExpressionNode signal(CallFrame.Signal signal) {
        return ExpressionNode.of(frame -> {
            frame.signal = signal;
            return ExpressionValues.NULL;
        });
    }

    /** Goes on from the first case that fits to the next break, as in Java. A list or range fits what it holds. */
    private ExpressionNode cases(SwitchStatement s) {
        ExpressionNode subject = expressions.build(s.getExpression());
        var tests = new ArrayList<ExpressionNode>();
        var bodies = new ArrayList<ExpressionNode>();
        for (CaseStatement each : s.getCaseStatements()) {
            tests.add(expressions.build(each.getExpression()));
            bodies.add(block(each.getCode()));
        }
        ExpressionNode otherwise =
                s.getDefaultStatement() instanceof EmptyStatement ? null : block(s.getDefaultStatement());
        if (otherwise != null) {
            bodies.add(otherwise);
        }
        return ExpressionNode.of(frame -> {
            Object value = subject.eval(frame);
            int from = 0;
            while (from < tests.size() && !fits(tests.get(from).look(frame), value, frame.meter)) {
                from++;
            }
            Object result = ExpressionValues.NULL;
            for (int i = from; i < bodies.size(); i++) {
                result = bodies.get(i).eval(frame);
                if (frame.signal == CallFrame.Signal.BREAK) {
                    frame.signal = CallFrame.Signal.NONE;
                    return result;
                }
                if (frame.signal != CallFrame.Signal.NONE) {
                    return result;
                }
            }
            return result;
        });
    }

    private static boolean fits(Object test, Object value, EvaluationMeter meter) {
        if (test instanceof ClosureValue func) {
            return func.test(value);
        }
        boolean holder = test instanceof List && !(value instanceof List);
        return holder ? OperatorMeanings.contains(test, value, meter) : ExpressionValues.same(test, value, meter);
    }

    private ExpressionNode choice(IfStatement s) {
        ExpressionNode condition = expressions.build(s.getBooleanExpression());
        ExpressionNode then = block(s.getIfBlock());
        ExpressionNode otherwise =
                s.getElseBlock() instanceof EmptyStatement ? always(ExpressionValues.NULL) : block(s.getElseBlock());
        return ExpressionNode.of(frame -> (condition.test(frame) ? then : otherwise).eval(frame));
    }

    private ExpressionNode counting(ForStatement s, ClosureListExpression parts) {
        List<Expression> all = parts.getExpressions();
        if (all.size() != 3) {
            throw ExpressionCompiler.refused(s, "write for (x in list) { … } or for (int i = 0; i < n; i++) { … }");
        }
        expressions.scope().openBlock();
        ExpressionNode first = part(all.get(0), ExpressionValues.NULL);
        ExpressionNode condition = part(all.get(1), true);
        ExpressionNode next = part(all.get(2), ExpressionValues.NULL);
        ExpressionNode loop = loop(first, condition, next, s.getLoopBlock());
        expressions.scope().closeBlock();
        return loop;
    }

    private ExpressionNode part(Expression part, Object otherwise) {
        return part instanceof EmptyExpression ? always(otherwise) : expressions.build(part);
    }

    /** What counts no step. */
    private static ExpressionNode always(Object value) {
        return ExpressionNode.of(frame -> value);
    }

    private ExpressionNode loop(ExpressionNode first, ExpressionNode condition, ExpressionNode next, Statement inner) {
        ExpressionNode body = block(inner);
        return ExpressionNode.of(frame -> {
            first.eval(frame);
            while (condition.test(frame)) {
                frame.meter.step();
                Object value = body.eval(frame);
                if (leaves(frame)) {
                    return value;
                }
                next.eval(frame);
            }
            return ExpressionValues.NULL;
        });
    }

    private ExpressionNode each(ForStatement s) {
        ExpressionNode elements = expressions.build(s.getCollectionExpression());
        expressions.scope().openBlock();
        int slot = expressions.scope().define(s.getVariable().getName());
        ExpressionNode body = block(s.getLoopBlock());
        expressions.scope().closeBlock();
        return ExpressionNode.of(frame -> {
            for (Object each : MethodTables.elements(elements.look(frame), frame.meter)) {
                frame.meter.step();
                frame.set(slot, each);
                Object value = body.eval(frame);
                if (leaves(frame)) {
                    return value;
                }
            }
            return ExpressionValues.NULL;
        });
    }

    /** Whether a loop is left here; takes note of break and continue, and leaves return to the closure. */
    private static boolean leaves(CallFrame frame) {
        CallFrame.Signal signal = frame.signal;
        if (signal == CallFrame.Signal.CONTINUE || signal == CallFrame.Signal.BREAK) {
            frame.signal = CallFrame.Signal.NONE;
        }
        return signal == CallFrame.Signal.BREAK || signal == CallFrame.Signal.RETURN;
    }
}
