package dev.caravan.validation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a judge says of one reply.
 *
 * @param output the object that passed schema and rules, exactly as it is to be stored; null when the reply failed
 * @param findings errors when it failed; warnings in either case
 */
public record Verdict(@Nullable ObjectNode output, List<Finding> findings) {

    public Verdict {
        findings = List.copyOf(findings);
        if ((output == null) != findings.stream().anyMatch(Finding::fails)) {
            throw new IllegalArgumentException("a verdict either has an output or an error: " + findings);
        }
    }

    public boolean passed() {
        return output != null;
    }
}
