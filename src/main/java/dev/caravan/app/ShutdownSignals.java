package dev.caravan.app;

import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/**
 * Ctrl-C and SIGTERM as something to ask for: the first ends a run in order, a second leaves at once, a third ends the
 * process. Signals are reached by reflection: the class is not part of the platform's API, and where it is missing the
 * default holds.
 */
public final class ShutdownSignals {
    private final AtomicInteger count = new AtomicInteger();
    private final CountDownLatch first = new CountDownLatch(1);
    private final PrintStream err;

    public ShutdownSignals(PrintStream err) {
        this.err = err;
        handle("INT");
        handle("TERM");
    }

    private void handle(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object listener = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            noticed();
                            return null;
                        }
                        return method.getName().equals("hashCode")
                                ? 1
                                : method.getName().equals("equals");
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
        } catch (ReflectiveOperationException e) {
            LoggerFactory.getLogger(ShutdownSignals.class).debug("signal {} keeps its default", name, e);
        }
    }

    private void noticed() {
        if (count.incrementAndGet() > 2) {
            Runtime.getRuntime().halt(130);
        }
        first.countDown();
    }

    /** Ends {@link #await} for a reason that is no signal. */
    void end() {
        first.countDown();
    }

    int count() {
        return count.get();
    }

    void say(String line) {
        err.println(line);
    }

    /** Waits for the first interrupt, or {@link #end}. */
    void await() {
        try {
            first.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
