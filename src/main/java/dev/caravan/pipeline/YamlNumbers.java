package dev.caravan.pipeline;

import java.math.BigDecimal;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Numbers in YAML, of which JSON must be able to hold each. */
final class YamlNumbers {
    static final int MOST_DIGITS = 1_000;

    private YamlNumbers() {}

    /** Decimals as they are written: 1.10 stays 1.10. What JSON cannot hold is refused. */
    static BigDecimal decimal(Node node) {
        String text = ((ScalarNode) node).getValue();
        try {
            var value = new BigDecimal(text);
            if (Math.abs((long) value.scale()) <= MOST_DIGITS && value.precision() <= MOST_DIGITS) {
                return value;
            }
        } catch (NumberFormatException e) {
            // .nan and .inf: told below
        }
        throw new YamlEngineException("'" + text + "'"
                + node.getStartMark()
                        .map(mark -> " in line " + (mark.getLine() + 1))
                        .orElse("") + " is no number that JSON can hold");
    }
}
