package io.tollgate.api.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page as a person uses it: real service, real Redis and Kafka, real browser. In every test the page may contact its
 * own origin only and must not report an error.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConsoleIT {
    private static final int ORDINARY = 12;
    private static final String NO_DEVICE = "";
    private static final String FARM = ",\"device\":{\"id\":\"d-farm\"}";

    private Chromium chromium;
    private RunningService service;
    private BrowserContext context;
    private Page page;
    private final List<String> errors = new ArrayList<>();
    private final List<String> foreign = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path scratch) throws IOException, InterruptedException {
        chromium = Chromium.launch();
        service = RunningService.start(scratch);
        service.publish(deviceFarm());
        for (int i = 0; i < ORDINARY; i++) {
            service.pay("tx-" + i, "1" + i + ".90", "c-10" + i, "CHIP", NO_DEVICE);
        }
        service.pay("tx-pin", "180.00", "c-200", "CONTACTLESS", NO_DEVICE);
        service.pay("tx-farm", "25.00", "c-300", "ECOM", FARM);
    }

    /** Six cards on one device within the last hour: no family. */
    private static List<FeatureEvent> deviceFarm() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return IntStream.range(0, 6)
                .<FeatureEvent>mapToObj(i -> new FeatureEvent.Decided(
                        new Authorization(
                                new TransactionId("earlier-" + i),
                                now.minus(Duration.ofMinutes(40 - i)),
                                new Money(new BigDecimal("25.00"), "EUR"),
                                new Authorization.Card(new CardToken("c-30" + i), null, EntryMode.ECOM),
                                new Authorization.Merchant(new MerchantId("m-3156"), "5411", "DE"),
                                new Authorization.Device(new DeviceId("d-farm"), null),
                                null),
                        Decision.APPROVE,
                        0.1))
                .toList();
    }

    @AfterAll
    void stop() {
        if (service != null) {
            service.close();
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void openPage() {
        context = chromium.browser().newContext(new Browser.NewContextOptions().setViewportSize(1280, 800));
        page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                errors.add(message.text());
            }
        });
        page.onPageError(errors::add);
        page.onRequest(this::noteForeign);
    }

    private void noteForeign(Request request) {
        URI called = URI.create(request.url());
        if (called.getPort() != service.url().getPort()) {
            foreign.add(request.url());
        }
    }

    @AfterEach
    void closePage() {
        context.close();
        assertThat(foreign).isEmpty();
        assertThat(errors).isEmpty();
    }

    private void open() {
        page.navigate(service.url() + "/console#key=" + RunningService.KEY);
    }

    private Locator rows() {
        return page.locator("#rows tbody tr");
    }

    private Locator row(String transactionId) {
        return page.locator("#rows tbody tr[data-id='" + transactionId + "']");
    }

    private Locator filter(String decision) {
        return page.locator("[data-show='" + decision + "']");
    }

    @Test
    void decisions_appear_asTheyFall() throws Exception {
        open();
        assertThat(page.locator("#state-text")).hasText(Pattern.compile("Live|Connected, no payments"));
        assertThat(row("tx-farm")).containsText("Decline");
        assertThat(row("tx-farm")).containsText("6 cards on this device within a day");

        service.pay("tx-live", "33.10", "c-secret-4711", "CHIP", NO_DEVICE);

        assertThat(rows().first()).hasAttribute("data-id", "tx-live");
        assertThat(rows().first()).containsText("33.10 EUR");
        assertThat(rows().first()).containsText("4711");
        assertThat(rows().first()).not().containsText("secret");
        assertThat(page.locator("#total-DECLINE")).hasText("1");
        assertThat(page.url()).doesNotContain(RunningService.KEY);
    }

    @Test
    void rows_areFiltered_byDecisionAndByText() {
        open();
        assertThat(row("tx-0")).isVisible();

        filter("STEP_UP").click();
        assertThat(rows()).hasCount(1);
        assertThat(row("tx-pin")).containsText("180.00 EUR contactless needs a PIN");

        filter("").click();
        page.locator("#find").fill("this device");
        assertThat(rows()).hasCount(1);
        assertThat(row("tx-farm")).isVisible();

        page.locator("#find").fill("no such payment");
        assertThat(rows()).hasCount(0);
        assertThat(page.locator("#empty")).containsText("None of the last decisions has");
    }

    @Test
    void list_standsStill_whilePaused() throws Exception {
        open();
        assertThat(row("tx-0")).isVisible();
        page.locator("#pause").click();

        service.pay("tx-paused", "5.00", "c-400", "CHIP", NO_DEVICE);

        assertThat(page.locator("#held")).hasText("1 new, paused");
        assertThat(row("tx-paused")).hasCount(0);
        page.locator("#pause").click();
        assertThat(row("tx-paused")).isVisible();
    }

    @Test
    void payment_showsReasonsAndFeatures_onAClick() {
        open();
        row("tx-farm").click();

        Locator panel = page.locator("#payment");
        assertThat(panel.locator("h2")).hasText("tx-farm");
        assertThat(panel.locator(".reasons li").first()).containsText("DEVICE_FARM");
        assertThat(panel.locator(".reasons .meter i").first()).hasAttribute("style", Pattern.compile("width: 100%"));
        assertThat(panel.locator(".versions")).containsText("fraud-v3");
        assertThat(panel.locator(".features caption").getByText("found").first())
                .isVisible();

        panel.getByLabel("Find a feature").fill("device_distinct_cards_24h");
        Locator features = panel.locator(".features tbody tr:visible");
        assertThat(features).hasCount(1);
        assertThat(features).containsText("6");
        assertThat(features).containsText("cards");
        assertThat(panel.locator(".features caption:visible")).containsText("device:activity");
    }

    @Test
    void defaults_areMarked_whereAGroupWasMissed() {
        open();
        row("tx-0").click();

        Locator panel = page.locator("#payment");
        assertThat(panel.locator(".outcome").first()).hasText("missed: new entity");
        panel.getByLabel("Find a feature").fill("card_tx_count_1m");
        assertThat(panel.locator(".features tbody tr:visible .default")).hasText("default");
    }

    @Test
    void payments_areReached_byKeyboard() {
        open();
        assertThat(row("tx-0")).isVisible();
        rows().first().focus();
        page.keyboard().press("ArrowDown");
        String second = rows().nth(1).getAttribute("data-id");
        assertThat(rows().nth(1)).isFocused();

        page.keyboard().press("Enter");
        assertThat(page.locator("#payment h2")).hasText(second);
        assertThat(page.locator("#payment h2")).isFocused();

        page.keyboard().press("Escape");
        assertThat(page.locator("#payment")).isHidden();
        assertThat(row(second)).isFocused();

        page.keyboard().press("Escape");
        assertThat(row(second)).not().isFocused();
    }

    @Test
    void plots_haveData_whenPaymentsWereDecided() {
        open();
        for (String plot : List.of("rate", "latency", "freshness", "hits")) {
            assertThat(page.locator("#plot-" + plot + " path").first()).isAttached();
        }
        Locator latency = page.locator("#plot-latency svg");
        assertThat(latency).hasAttribute("aria-label", Pattern.compile("Latency, log scale.*p50 .*p99 .*"));
        latency.focus();
        page.keyboard().press("ArrowLeft");
        assertThat(page.locator("#plot-hits .cursor")).isAttached();
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "console.png")));
    }

    @Test
    void key_isAskedForAgain_whenItIsWrong() {
        page.navigate(service.url() + "/console#key=wrong");
        assertThat(page.locator("#key-problem")).containsText("the bearer token is not the service's key");
        // The browser reports the refusal itself.
        assertThat(errors).allMatch(error -> error.contains("401"));
        errors.clear();

        page.getByLabel("Token").fill(RunningService.KEY);
        page.keyboard().press("Enter");
        assertThat(row("tx-0")).isVisible();
        assertThat(page.locator("#key-dialog")).isHidden();
    }

    @Test
    void key_isChanged_onlyWhenANewOneIsGiven() {
        open();
        assertThat(row("tx-0")).isVisible();
        page.locator("#change-key").click();
        assertThat(page.locator("#key-dialog")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.locator("#key-dialog")).isHidden();
        row("tx-0").click();
        assertThat(page.locator("#payment .reasons")).isVisible();
    }

    @Test
    void page_comesBack_whenTheStreamBreaks() {
        page.route("**/v1/decisions/stream", Route::abort);
        open();
        assertThat(page.locator("#state-text")).hasText("Reconnecting: the service cannot be reached");
        assertThat(page.locator("#empty")).containsText("The stream broke");

        page.unroute("**/v1/decisions/stream");
        assertThat(row("tx-0")).isVisible();
        assertThat(errors).allMatch(error -> error.contains("ERR_FAILED"));
        errors.clear();
    }

    @Test
    void silence_isTold_fromABreak() {
        page.clock().install();
        open();
        assertThat(row("tx-0")).isVisible();
        page.clock().fastForward("00:06");
        assertThat(page.locator("#state-text")).hasText("Connected, no payments");
    }

    @Test
    void events_areWhole_howeverTheyWereCut() {
        open();
        Object read = page.evaluate("""
                async () => {
                  const { EventReader } = await import("/console/client.js");
                  const stream = ":alive\\n\\nevent:decision\\ndata:{\\"a\\":1}\\n\\ndata: two\\ndata: lines\\r\\n\\r\\n";
                  const results = [];
                  for (let cut = 0; cut <= stream.length; cut++) {
                    const reader = new EventReader();
                    results.push([...reader.read(stream.slice(0, cut)), ...reader.read(stream.slice(cut))].join("|"));
                  }
                  return [...new Set(results)];
                }""");
        assertThat(read).isEqualTo(List.of("{\"a\":1}|two\nlines"));
    }
}
