package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.UnitRecord;
import dev.caravan.base.UserMistakeException;
import dev.caravan.step.PreparedStep;
import dev.caravan.validation.Verdict;
import picocli.CommandLine.Command;

/**
 * A filter: records with a reply in {@code _raw_text} in, records with the reply's fields out. A step that computes is
 * carried out instead.
 */
@Command(
        name = "judge",
        description = {
            "Read records as JSONL, each with a model's reply in _raw_text; write those that hold with the reply's",
            "fields added, the others with _errors; standard error tells what was mended. A step that computes is",
            "carried out instead."
        })
final class JudgeCommand extends FilterCommand {
    JudgeCommand(CommandContext context) {
        super(context);
    }

    @Override
    ObjectNode filtered(PreparedStep prepared, ObjectNode record) {
        Verdict verdict = prepared.visit(new Judging(record));
        ObjectNode output = verdict.output();
        if (output == null) {
            return failed(record, verdict.findings());
        }
        // A name in a reply may hold what a terminal obeys.
        verdict.findings()
                .forEach(each -> context.err()
                        .println((UnitRecord.id(record) + ": " + each.code() + " at " + each.place() + ": "
                                        + each.message())
                                .replaceAll("\\p{Cntrl}", " ")));
        return output;
    }

    /** What a step says of a record. */
    private final class Judging implements PreparedStep.Visitor<Verdict> {
        private final ObjectNode record;

        Judging(ObjectNode record) {
            this.record = record;
        }

        @Override
        public Verdict asking(PreparedStep.Asking asking) {
            JsonNode reply = record.remove("_raw_text");
            if (reply == null || !reply.isTextual()) {
                throw new UserMistakeException(
                        "standard input", UnitRecord.id(record), "has no reply: put its text in _raw_text");
            }
            return asking.judge(reply.textValue(), record);
        }

        @Override
        public Verdict local(PreparedStep.Local local) {
            return local.perform(record, 0).verdict();
        }

        @Override
        public Verdict fanning(PreparedStep.Fanning fanning) {
            throw multiplies(fanning);
        }

        @Override
        public Verdict gathering(PreparedStep.Gathering gathering) {
            throw multiplies(gathering);
        }

        @Override
        public Verdict reviewing(PreparedStep.Reviewing reviewing) {
            throw new UserMistakeException("--step", step, "is an approval: a person decides there, in a run");
        }

        private UserMistakeException multiplies(PreparedStep prepared) {
            return new UserMistakeException(
                    "--step", step, "is a " + prepared.step().kind() + ": it changes how many units there are");
        }
    }
}
