package dev.caravan.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.JsonBytes;
import dev.caravan.money.Money;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.CallId;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Prompt;
import dev.caravan.run.WorkOrder;
import dev.caravan.run.WorkOrder.Member;
import dev.caravan.settle.ReplyRow;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Renders the requests of a piece of work into a file, a line each; units that are not asked are left out, and told. */
final class RequestFileWriter {
    private final RunContext run;
    private final WorkOrder order;
    private final StepRequests units;
    private final RowMapping.RequestLines lines;
    private final JobCut cut;
    private final String nonce;
    private final List<ReplyRow> leftOut = new ArrayList<>();
    private final JsonBytes line = new JsonBytes();
    private int requests;
    private long bytes;
    private Money worst = Money.ZERO;

    /**
     * @param units reads records for this pass
     * @param cut hears how large and how dear each request is
     */
    RequestFileWriter(RunContext run, WorkOrder order, StepRequests units, RowMapping mapping, JobCut cut) {
        this.run = run;
        this.order = order;
        this.units = units;
        lines = mapping.requestLines(run.account(order.step()).flavour());
        this.cut = cut;
        nonce = run.facts().run() + "." + order.work() + "."
                + UUID.randomUUID().toString().substring(0, 8);
    }

    RequestFile write(Path file) {
        MessageDigest digest = sha256();
        try (Disk.Replacement target = run.store().disk().replaceStreaming(file)) {
            OutputStream out = new DigestOutputStream(target.out(), digest);
            for (Member member : order.unanswered()) {
                write(member, out);
            }
            out.flush();
            target.commit();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        return new RequestFile(
                file,
                requests,
                bytes,
                HexFormat.of().formatHex(digest.digest()),
                worst,
                nonce,
                run.step(order.step()).model(order.members().get(0).attempts() > 0),
                lines.endpoint(),
                lines.headers());
    }

    /** Outcomes of units that have no line: they pass the step by, or could not be rendered. */
    List<ReplyRow> leftOut() {
        return leftOut;
    }

    private void write(Member member, OutputStream out) throws IOException {
        ObjectNode record = units.record(order.step(), member);
        Optional<ReplyRow> passing = units.unasked(order, member, record, Lane.BATCH);
        if (passing.isPresent()) {
            leaveOut(member, passing.get());
            return;
        }
        try {
            write(member, units.prompt(order.step(), member, record), out);
        } catch (RenderException e) {
            String unitId = record.path("unit_id").asText();
            leaveOut(
                    member,
                    ReplyRow.unrendered(member, unitId, order.work(), Lane.BATCH, String.valueOf(e.getMessage())));
        }
    }

    private void leaveOut(Member member, ReplyRow outcome) {
        leftOut.add(outcome);
        cut.add(member, 0, Money.ZERO);
    }

    private void write(Member member, Prompt prompt, OutputStream out) throws IOException {
        String name = CallId.of(prompt.callKey(), run.account(order.step()).tagged() ? "" : nonce);
        lines.write(prompt, name, line);
        int length = line.size();
        line.drainTo(out);
        requests++;
        bytes += length;
        Money price = units.worst(order.step(), member, Lane.BATCH, prompt);
        worst = worst.plus(price);
        cut.add(member, length, price);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
