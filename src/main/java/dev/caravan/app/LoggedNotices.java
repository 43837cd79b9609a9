package dev.caravan.app;

import dev.caravan.run.RunLog;
import dev.caravan.service.NoticeSink;
import dev.caravan.service.ServiceNotice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the service tells, in the log of whoever started the Camel context. */
final class LoggedNotices implements NoticeSink {
    private static final Logger log = LoggerFactory.getLogger("dev.caravan.service");

    @Override
    public void tell(ServiceNotice notice) {
        String what = notice.what().word();
        String text = RunLog.clean(notice.text().replaceAll("\\s*\\R\\s*", " "));
        String line =
                what + (notice.about().isEmpty() ? "" : " " + notice.about()) + (text.isEmpty() ? "" : ": " + text);
        switch (notice.what()) {
            case REFUSED, TROUBLE, FAILED -> log.warn("{}", line);
            default -> log.info("{}", line);
        }
    }
}
