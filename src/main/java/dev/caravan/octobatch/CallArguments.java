package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.List;

/** What stands between the brackets of a call. */
final class CallArguments {
    private CallArguments() {}

    static List<String> texts(ExprWords words, List<PythonExpr> arguments) {
        var texts = new ArrayList<String>();
        for (PythonExpr each : arguments) {
            if (each instanceof PythonExpr.Spread) {
                throw new UntranslatableException("* before an argument has no equal");
            }
            texts.add(words.value(each).text());
        }
        return texts;
    }

    static String joined(ExprWords words, List<PythonExpr> arguments) {
        return String.join(", ", texts(words, arguments));
    }
}
