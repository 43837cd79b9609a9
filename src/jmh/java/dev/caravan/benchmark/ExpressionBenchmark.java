package dev.caravan.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.expression.Evaluation;
import dev.caravan.expression.Expression;
import dev.caravan.expression.SeededRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Five plain expressions over a record, and a random walk of about 25 rounds. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ExpressionBenchmark {
    private final ObjectNode record = Work.record();
    private final Map<String, Expression> plain = compiled(Map.of(
            "words", "body.split(' ').size()",
            "loud", "subject.toUpperCase()",
            "longer", "body.size() > 150",
            "weight", "body.size() * 3 + subject.size() / 2",
            "heavy", "confidence > 0.5 ? 'heavy' : 'light'"));
    private final Expression begin = Expression.compile("5");
    private final Expression path = Expression.compile("[5]");
    private final Expression step = Expression.compile("position + random.choice([-1, 1])");
    private final Expression longer = Expression.compile("path + position");
    private final Expression over = Expression.compile("position <= 0 || position >= 10");
    private int walks;

    private static Map<String, Expression> compiled(Map<String, String> texts) {
        var compiled = new LinkedHashMap<String, Expression>();
        texts.keySet().stream().sorted().forEach(name -> compiled.put(name, Expression.compile(texts.get(name))));
        return compiled;
    }

    @Benchmark
    public ObjectNode plain() {
        var evaluation = new Evaluation(record, null);
        plain.forEach(evaluation::set);
        return evaluation.results();
    }

    @Benchmark
    public ObjectNode walk() {
        var evaluation = new Evaluation(record, SeededRandom.of(0, "m" + walks++, "walk", 1));
        evaluation.set("position", begin);
        evaluation.set("path", path);
        do {
            evaluation.set("position", step);
            evaluation.set("path", longer);
        } while (!over.test(evaluation));
        return evaluation.results();
    }
}
