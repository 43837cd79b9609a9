package dev.caravan.execution;

import dev.caravan.run.RunLog;
import java.util.Map;
import java.util.TreeMap;

/** What every thread of the process is at, one line each. */
final class ThreadDump {
    private ThreadDump() {}

    static void write(RunLog log) {
        var stacks = new TreeMap<String, StackTraceElement[]>();
        for (Map.Entry<Thread, StackTraceElement[]> each :
                Thread.getAllStackTraces().entrySet()) {
            Thread thread = each.getKey();
            stacks.put(thread.getName() + " (" + thread.getState() + ")", each.getValue());
        }
        stacks.forEach((name, stack) -> {
            var line = new StringBuilder(name).append(':');
            for (StackTraceElement frame : stack) {
                line.append(' ').append(frame).append(';');
            }
            log.log("THREAD", line.toString());
        });
        log.flush();
    }
}
