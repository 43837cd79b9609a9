package dev.caravan.testing.mistral;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;

/** A request that is not carried out, and the answer that says why. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient ObjectNode body;

    private Refusal(int status, ObjectNode body) {
        super("HTTP " + status, null, false, false);
        this.status = status;
        this.body = body;
    }

    int status() {
        return status;
    }

    ObjectNode body() {
        return body;
    }

    /** In the API's own form. */
    static Refusal of(int status, String type, String message) {
        return new Refusal(status, error(type, message));
    }

    static ObjectNode error(String type, String message) {
        return Json.object()
                .put("object", "error")
                .put("message", message)
                .put("type", type)
                .putNull("param")
                .putNull("code");
    }

    /** A key that is none, in the gateway's form. */
    static Refusal unauthorised() {
        return new Refusal(401, Json.object().put("detail", "Unauthorized"));
    }

    /** A member that the API does not know, or one that is not there. */
    static Refusal unprocessable(String member, String why) {
        ObjectNode body = Json.object();
        ObjectNode detail = body.putArray("detail").addObject();
        detail.put("type", why).put("msg", why + ": " + member);
        detail.putArray("loc").add("body").add(member);
        return new Refusal(422, body);
    }
}
