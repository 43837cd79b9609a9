package dev.caravan.web;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Shows a receiver that a message is ours, and when it was sent. */
final class WebhookSignature {
    static final String HEADER = "Caravan-Signature";

    private WebhookSignature() {}

    /** {@code t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>" in hex>}. */
    static String of(String secret, Instant sent, String body) {
        long seconds = sent.getEpochSecond();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] hash = mac.doFinal((seconds + "." + body).getBytes(StandardCharsets.UTF_8));
            return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
