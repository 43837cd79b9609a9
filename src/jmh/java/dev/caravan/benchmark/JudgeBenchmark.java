package dev.caravan.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.validation.Judge;
import dev.caravan.validation.ReadingRule;
import dev.caravan.validation.SchemaJudge;
import dev.caravan.validation.Verdict;
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

/** A reply, parsed, held against its schema and its rule, and put into the record. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class JudgeBenchmark {
    private final ObjectNode record = Work.record();
    private final Judge judge = new Judge(
            SchemaJudge.compile(Work.schema()),
            (ObjectNode)
                    Json.parse(
                            "{\"rules\": [{\"name\": \"in_range\", \"expr\": \"score >= 0 && score <= 100\", \"error\": \"score {score}\"}]}"),
            ReadingRule.NEWEST);

    @Benchmark
    public Verdict judge() {
        return judge.judge(Work.REPLY, record);
    }
}
