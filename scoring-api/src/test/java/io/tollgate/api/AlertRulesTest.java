package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** infra/prometheus asks for metrics that there are, and the runbook knows each alert. */
class AlertRulesTest {
    private static final Pattern METRIC = Pattern.compile("\\btollgate_[a-z_]+");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

    private final String rules = read("infra/prometheus/tollgate.rules.yml");

    @Test
    void rules_nameOnlyMetricsOfTheService() {
        String page = read("docs/metrics.md");
        List<String> metrics = METRIC.matcher(rules)
                .results()
                .map(found -> found.group().replaceFirst("_(bucket|count|sum)$", ""))
                .distinct()
                .toList();

        assertThat(metrics)
                .hasSizeGreaterThan(10)
                .allSatisfy(name -> assertThat(page).contains("| `" + name + "` |"));
    }

    @Test
    void runbook_knowsEveryAlert_andNoOther() {
        List<String> alerts =
                ALERT.matcher(rules).results().map(found -> found.group(1)).toList();
        List<String> known = Pattern.compile("^\\| (Tollgate\\w+) \\|", Pattern.MULTILINE)
                .matcher(read("docs/runbooks/alerts.md"))
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(alerts).isNotEmpty().doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(known);
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of("..").resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
