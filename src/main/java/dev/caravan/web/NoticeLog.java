package dev.caravan.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.service.NoticeSink;
import dev.caravan.service.ServiceNotice;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last things that the service told, for whoever listens over HTTP; of older ones only their number is known. */
public final class NoticeLog implements NoticeSink {
    private static final int MOST = 1000;
    private static final int AT_ONCE = 100;

    private record Told(long number, Instant time, ServiceNotice notice) {}

    private final Clock clock;
    private final String start;
    private final Deque<Told> last = new ArrayDeque<>();
    private long count;

    public NoticeLog(Clock clock) {
        this.clock = clock;
        start = Long.toString(clock.instant().toEpochMilli(), 36);
    }

    @Override
    public synchronized void tell(ServiceNotice notice) {
        last.addLast(new Told(++count, clock.instant(), notice));
        if (last.size() > MOST) {
            last.removeFirst();
        }
    }

    /** A notice as JSON: the members that {@code caravan serve --json} prints. */
    static ObjectNode json(Instant time, ServiceNotice notice) {
        return Json.object()
                .put("time", time.toString())
                .put("what", notice.what().word())
                .put("about", notice.about())
                .put("text", notice.text());
    }

    /** @param lastId of the event that the reader saw last; empty for what is told from now on */
    EventFeed feed(String lastId) {
        return new Reader(lastId);
    }

    private final class Reader implements EventFeed {
        private long at;
        private boolean missed;

        Reader(String lastId) {
            synchronized (NoticeLog.this) {
                String prefix = start + "-";
                boolean ours = lastId.matches(prefix + "\\d{1,15}");
                long seen = ours ? Long.parseLong(lastId.substring(prefix.length())) : 0;
                at = lastId.isEmpty() ? count : Math.min(seen, count);
                missed = !lastId.isEmpty() && !ours;
            }
        }

        @Override
        public String next() {
            synchronized (NoticeLog.this) {
                var text = new StringBuilder();
                long oldest = count - last.size() + 1;
                if (missed || at + 1 < oldest) {
                    text.append(
                            EventFeed.event("", "gap", "{\"text\":\"some events are no more known; GET /api/runs\"}"));
                    at = Math.max(at, oldest - 1);
                    missed = false;
                }
                if (at < count) {
                    last.stream().skip(at + 1 - oldest).limit(AT_ONCE).forEach(each -> {
                        text.append(EventFeed.event(
                                start + "-" + each.number(), "notice", Json.text(json(each.time(), each.notice()))));
                        at = each.number();
                    });
                }
                return text.toString();
            }
        }
    }
}
