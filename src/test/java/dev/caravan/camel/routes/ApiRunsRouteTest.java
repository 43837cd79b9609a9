package dev.caravan.camel.routes;

import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {
            "camel.main.routesIncludePattern=file:routes/api/runs.camel.yaml",
            RouteTestSupport.NO_SERVICE,
            WebRouteTestSupport.HTTP,
            WebRouteTestSupport.SERVER,
            WebRouteTestSupport.HOST,
            WebRouteTestSupport.ANY_PORT
        })
class ApiRunsRouteTest extends WebRouteTestSupport {

    @Test
    void every_path_has_its_answer() throws Exception {
        reaches("GET", "/api/runs", "answer-runs");
        reaches("GET", "/api/runs/r_1", "answer-run");
        reaches("GET", "/api/runs/r_1/info", "answer-info");
        reaches("GET", "/api/runs/r_1/report", "answer-report");
        reaches("GET", "/api/runs/r_1/results", "answer-results");
        reaches("GET", "/api/runs/r_1/results.jsonl", "answer-results-file");
        reaches("GET", "/api/runs/r_1/failures", "answer-failures");
        reaches("POST", "/api/runs/r_1/pause", "answer-pause");
        reaches("POST", "/api/runs/r_1/resume", "answer-resume");
        reaches("POST", "/api/runs/r_1/restart", "answer-restart");
        reaches("POST", "/api/runs/r_1/kill", "answer-kill");
        reaches("POST", "/api/runs/r_1/approve", "answer-approve");
        reaches("POST", "/api/runs/r_1/reject", "answer-reject");
        reaches("POST", "/api/runs/r_1/settle", "answer-settle");
        reaches("POST", "/api/runs/r_1/retry-failures", "answer-retry-failures");
    }
}
