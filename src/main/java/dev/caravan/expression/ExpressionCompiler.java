package dev.caravan.expression;

import java.util.SortedSet;
import java.util.TreeSet;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.control.CompilationFailedException;
import org.codehaus.groovy.control.MultipleCompilationErrorsException;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.messages.Message;
import org.codehaus.groovy.control.messages.SyntaxErrorMessage;
import org.jspecify.annotations.Nullable;

/**
 * Turns text into an {@link Expression}. Groovy only parses: no transformation runs, no class is made or looked up.
 * What the parse tree may hold is listed in {@link NodeBuilder} and {@link StatementCompiler}; everything else is refused.
 */
final class ExpressionCompiler {
    private static final int LONGEST = 10_000;
    private static final int DEEPEST_BRACKETS = 40;
    private static final int MOST_CHOICES = 150;

    private final String text;
    private final SortedSet<String> reads = new TreeSet<>();
    private final FieldNames fields = new FieldNames();
    private @Nullable ExpressionNode compared;
    private boolean usesRandom;
    private boolean closures;

    ExpressionCompiler(String text) {
        this.text = text;
    }

    Expression compile() {
        if (text.isBlank()) {
            throw new ExpressionSyntaxException(0, 0, "is empty");
        }
        if (text.length() > LONGEST) {
            throw new ExpressionSyntaxException(0, 0, "is longer than " + LONGEST + " characters");
        }
        brackets();
        try {
            ModuleNode module = parse();
            if (!isPlain(module)) {
                throw new ExpressionSyntaxException(
                        0, 0, "classes, methods, imports and packages have no place in an expression");
            }
            var scope = new NameScope(null);
            ExpressionNode body = new StatementCompiler(new NodeBuilder(this, scope)).block(module.getStatementBlock());
            return new Expression(
                    text, new Expression.Code(body, compared, scope.slots(), closures, reads, usesRandom), fields);
        } catch (StackOverflowError e) {
            throw new ExpressionSyntaxException(0, 0, "is nested too deeply");
        }
    }

    private static boolean isPlain(ModuleNode module) {
        return module.getClasses().stream().allMatch(each -> each.isScript())
                && module.getMethods().isEmpty()
                && module.getImports().isEmpty()
                && module.getStarImports().isEmpty()
                && module.getStaticImports().isEmpty()
                && module.getStaticStarImports().isEmpty()
                && !module.hasPackage();
    }

    /** The parser's effort grows steeply with nested brackets and choices, so they are bounded first. */
    private void brackets() {
        if (text.chars().filter(c -> c == '?').count() > MOST_CHOICES) {
            throw new ExpressionSyntaxException(0, 0, "holds more than " + MOST_CHOICES + " question marks");
        }
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(' || c == '[' || c == '{') {
                depth++;
            } else if (c == ')' || c == ']' || c == '}') {
                depth--;
            }
            if (depth > DEEPEST_BRACKETS) {
                throw new ExpressionSyntaxException(
                        0, 0, "opens more than " + DEEPEST_BRACKETS + " brackets inside of each other");
            }
        }
    }

    private ModuleNode parse() {
        SourceUnit unit = SourceUnit.create("expression", text);
        try {
            unit.parse();
            unit.completePhase();
            unit.nextPhase();
            unit.convert();
            return unit.getAST();
        } catch (MultipleCompilationErrorsException e) {
            for (Message each : e.getErrorCollector().getErrors()) {
                if (each instanceof SyntaxErrorMessage wrong) {
                    var cause = wrong.getCause();
                    throw new ExpressionSyntaxException(
                            cause.getStartLine(),
                            cause.getStartColumn(),
                            String.valueOf(cause.getOriginalMessage()) + DialectHints.forText(text));
                }
            }
            throw new ExpressionSyntaxException(0, 0, "is no Groovy expression" + DialectHints.forText(text));
        } catch (CompilationFailedException e) {
            throw new ExpressionSyntaxException(0, 0, "is no Groovy expression, or too deep to be read as one");
        }
    }

    void reads(String name) {
        reads.add(name);
    }

    /** Where a field lies among those that the expression may ask for. */
    int field(String name) {
        return fields.add(name);
    }

    void makesClosure() {
        closures = true;
    }

    void usesRandom() {
        usesRandom = true;
    }

    /** The left side of a comparison; the first one counts. */
    void compares(ExpressionNode left) {
        if (compared == null) {
            compared = left;
        }
    }

    static ExpressionSyntaxException refused(ASTNode node, String message) {
        return new ExpressionSyntaxException(Math.max(0, node.getLineNumber()), node.getColumnNumber(), message);
    }
}
