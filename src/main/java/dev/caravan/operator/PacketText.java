package dev.caravan.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.PlainText;
import dev.caravan.base.UnitRecord;
import dev.caravan.cost.MoneyText;
import dev.caravan.run.CostOutlook;
import java.util.StringJoiner;

/** A packet as a page to read. What models said stands in it as JSON in a block of its own, where it means nothing. */
final class PacketText {
    private PacketText() {}

    static String of(ObjectNode packet, String digest) {
        String run = packet.path("run").asText();
        var text = new StringBuilder("# Approval: step ")
                .append(packet.path("step").asText())
                .append(", round ")
                .append(packet.path("round"))
                .append("\n\n");
        String about = packet.path("about").asText();
        if (!about.isEmpty()) {
            text.append(about.replaceAll("\\s+", " ")).append("\n\n");
        }
        text.append("| | |\n|---|---|\n");
        row(text, "run", run);
        row(text, "pipeline", packet.path("pipeline").asText());
        row(text, "units that wait", packet.path("waiting").asText());
        row(text, "failed before", counts(packet.path("failed_before")));
        row(text, "dropped before", counts(packet.path("dropped_before")));
        row(
                text,
                "spent so far",
                money(packet.path("spent_usd")) + (packet.path("simulated").asBoolean() ? " simulated" : ""));
        row(text, "at risk", money(packet.path("at_risk_usd")));
        JsonNode rest = packet.path("cost_behind_usd");
        row(
                text,
                "the steps behind it",
                "about " + money(rest.path("expected")) + ", between " + money(rest.path("low")) + " and "
                        + money(rest.path("high")) + ", at most " + money(rest.path("worst")) + " ("
                        + rest.path("basis").asText() + ")");
        text.append("\nApprove these units, or fail them:\n\n```\ncaravan approve ")
                .append(run)
                .append(" --packet ")
                .append(digest, 0, 12)
                .append("\ncaravan reject ")
                .append(run)
                .append(" --packet ")
                .append(digest, 0, 12)
                .append(" --reason TEXT\n```\n\n");
        JsonNode sample = packet.path("sample");
        text.append(sample.size()).append(" of them, spread over all:\n");
        for (JsonNode each : sample) {
            text.append("\n## ").append(PlainText.line(UnitRecord.id(each))).append("\n\n");
            block(text, "came in", each.path("input"));
            block(text, "made of it", each.path("made"));
        }
        return PlainText.lines(text.toString());
    }

    /** What is still to be paid, in one clause. */
    static String cost(CostOutlook rest) {
        if (rest.expectedPicos() < 0) {
            return "an unknown sum (" + rest.basis() + ")";
        }
        return "about " + MoneyText.display(rest.expectedPicos())
                + (rest.worstPicos() < 0
                        ? ", without a bound in the worst case"
                        : ", at most " + MoneyText.display(rest.worstPicos()) + " in the worst case");
    }

    private static void row(StringBuilder text, String name, String value) {
        text.append("| ")
                .append(name)
                .append(" | ")
                .append(value.replaceAll("[|\\s]+", " "))
                .append(" |\n");
    }

    private static String counts(JsonNode byStep) {
        if (byStep.isEmpty()) {
            return "none";
        }
        var told = new StringJoiner(", ");
        byStep.properties().forEach(each -> told.add(each.getValue() + " at " + each.getKey()));
        return told.toString();
    }

    private static String money(JsonNode usd) {
        return usd.isTextual() ? "$" + usd.asText() : "unknown";
    }

    /** JSON has no line that could end the block: line breaks inside of texts are escaped. */
    private static void block(StringBuilder text, String title, JsonNode fields) {
        text.append(title).append("\n\n```json\n").append(Json.pretty(fields)).append("\n```\n");
    }
}
