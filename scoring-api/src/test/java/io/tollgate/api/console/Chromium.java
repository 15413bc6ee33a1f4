package io.tollgate.api.console;

import static org.junit.jupiter.api.Assumptions.abort;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine's own Chromium, driven by Playwright. Where there is none the browser tests are left out with a reason,
 * except on a build server ({@code CI=true}), which must not pass without them.
 */
final class Chromium implements AutoCloseable {
    private static final String INSTALL =
            "The console's browser tests need Chromium: apt-get install chromium, or set TOLLGATE_CHROMIUM to its path.";

    /** No profile of the user's, no sandbox (it needs rights that containers lack), no contact with anything. */
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-sync",
            "--disable-extensions",
            "--disable-component-update",
            "--disable-background-networking",
            "--disable-dev-shm-usage");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    static Chromium launch() {
        Optional<Path> executable = find();
        if (executable.isEmpty()) {
            if ("true".equals(System.getenv("CI"))) {
                throw new IllegalStateException(INSTALL);
            }
            System.err.println("Skipped: " + INSTALL);
            abort(INSTALL);
        }
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            return new Chromium(
                    playwright,
                    playwright
                            .chromium()
                            .launch(new BrowserType.LaunchOptions()
                                    .setExecutablePath(executable.orElseThrow())
                                    .setArgs(ARGUMENTS)));
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    Browser browser() {
        return browser;
    }

    private static Optional<Path> find() {
        return Stream.of(
                        Optional.ofNullable(System.getenv("TOLLGATE_CHROMIUM")).orElse(""),
                        "/usr/bin/chromium",
                        "/usr/bin/chromium-browser",
                        "/usr/bin/google-chrome")
                .filter(path -> !path.isBlank())
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
