package dev.caravan.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.settle.RecordReader;
import dev.caravan.settle.UnitRecords;

/**
 * Records of the units of one piece of work, for calls that ask for them one by one and from many threads, about in their
 * order: what lies side by side is read once and not for each.
 */
final class OrderRecords implements UnitRecords, AutoCloseable {
    private final RecordReader reader;
    private final RecordReader.Pass pass;
    private boolean closed;

    OrderRecords(RecordReader reader) {
        this.reader = reader;
        pass = reader.pass();
    }

    @Override
    public synchronized ObjectNode before(int step, int unit) {
        return open().before(step, unit);
    }

    @Override
    public synchronized String id(int step, int unit) {
        return open().id(step, unit);
    }

    @Override
    public synchronized JsonNode errors(int step, int unit, int attempts) {
        return open().errors(step, unit, attempts);
    }

    /** Whoever comes late, after the work was settled, is served all the same, and leaves no file open. */
    private UnitRecords open() {
        return closed ? reader : pass;
    }

    @Override
    public synchronized void close() {
        closed = true;
        pass.close();
    }
}
