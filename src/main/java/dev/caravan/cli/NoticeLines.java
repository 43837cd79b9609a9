package dev.caravan.cli;

import dev.caravan.base.Json;
import dev.caravan.run.RunLog;
import dev.caravan.service.NoticeSink;
import dev.caravan.service.ServiceNotice;
import java.io.PrintStream;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** What the service tells, one line each: for people, or as JSON. */
final class NoticeLines implements NoticeSink {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private final PrintStream out;
    private final Clock clock;
    private final boolean json;

    NoticeLines(PrintStream out, Clock clock, boolean json) {
        this.out = out;
        this.clock = clock;
        this.json = json;
    }

    @Override
    public synchronized void tell(ServiceNotice notice) {
        String time = SECONDS.format(clock.instant());
        String what = notice.what().word();
        String text = RunLog.clean(notice.text().replaceAll("\\s*\\R\\s*", " "));
        if (json) {
            out.println(Json.text(Json.object()
                    .put("time", time)
                    .put("what", what)
                    .put("about", notice.about())
                    .put("text", text)));
        } else {
            out.println(time + " " + what + (notice.about().isEmpty() ? "" : " " + notice.about())
                    + (text.isEmpty() ? "" : ": " + text));
        }
        out.flush();
    }
}
