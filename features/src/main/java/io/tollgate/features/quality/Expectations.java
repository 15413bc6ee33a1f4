package io.tollgate.features.quality;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.expr.ExpressionException;
import io.tollgate.features.expr.Expressions;
import io.tollgate.features.expr.Schema;
import io.tollgate.features.expr.Slots;
import io.tollgate.features.yaml.YamlMapping;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A file of expectations, compiled. Immutable and thread-safe.
 *
 * <pre>{@code
 * version: "1"
 * expectations:
 *   - name: amount_plausible
 *     class: inaccurate          # invalid, incomplete, missing, inconsistent, stale, inaccurate
 *     expect: amount <= 1000000
 *     action: quarantine         # or warn, or fail
 *     description: A larger amount is a wrong exponent or currency
 * }</pre>
 *
 * <p>{@code expect} is a condition over {@code amount} (base currency), {@code currency}, {@code mcc}, {@code
 * merchant_country}, {@code entry_mode}, {@code decision} (texts), {@code score} (NaN if there is none), {@code
 * has_score}, {@code has_account}, {@code has_device}, {@code has_ip}, {@code has_location} (flags), {@code decided_after_s}
 * (from the payment to its decision), {@code arrived_after_s} (from the payment to the log taking its event), both in
 * seconds. {@link Expressions} describes the language. What makes a message no event at all is not in the file: no
 * condition could be evaluated on it.
 */
public final class Expectations {
    /** The built-in file. */
    public static final String DEFAULT = "default-expectations";

    /** All of them are evaluated for every event. */
    private static final int MAX_EXPECTATIONS = 100;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{2,63}");

    private static final Schema SCHEMA = Schema.builder()
            .number("amount")
            .number("score")
            .number("decided_after_s")
            .number("arrived_after_s")
            .flag("has_score")
            .flag("has_account")
            .flag("has_device")
            .flag("has_ip")
            .flag("has_location")
            .text("currency")
            .text("mcc")
            .text("merchant_country")
            .text("entry_mode")
            .text("decision")
            .build();

    private static final Expectations NONE = new Expectations("none", List.of());

    private final String version;
    private final List<Expectation> expectations;

    private Expectations(String version, List<Expectation> expectations) {
        this.version = version;
        this.expectations = List.copyOf(expectations);
    }

    /** Expects nothing. */
    public static Expectations none() {
        return NONE;
    }

    /**
     * @param nameOrPath {@link #DEFAULT} or the path of a file
     * @throws io.tollgate.features.yaml.YamlException with file, line, problem and remedy when the file holds no
     *     expectations
     * @throws IllegalArgumentException when there is neither such a name nor such a file
     */
    public static Expectations find(String nameOrPath) {
        if (nameOrPath.equals(DEFAULT)) {
            return read(DEFAULT + ".yaml", builtIn());
        }
        Path path = Path.of(nameOrPath);
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException(
                    "no file of expectations '" + nameOrPath + "': give a file, or " + DEFAULT);
        }
        try {
            return read(nameOrPath, Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /**
     * @param source file name for error messages
     * @throws io.tollgate.features.yaml.YamlException as {@link #find}
     */
    public static Expectations read(String source, String text) {
        YamlMapping file = YamlMapping.parse(source, text);
        String version = file.text("version");
        file.textOrNull("description");
        List<Expectation> expectations = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlMapping entry : file.mappings("expectations")) {
            Expectation expectation = expectation(entry);
            if (!names.add(expectation.name())) {
                throw entry.error("name", "'" + expectation.name() + "' is taken; each name stands once");
            }
            expectations.add(expectation);
        }
        if (expectations.size() > MAX_EXPECTATIONS) {
            throw file.error("expectations", "at most " + MAX_EXPECTATIONS + "; each is evaluated for every event");
        }
        file.done();
        return new Expectations(version, expectations);
    }

    private static Expectation expectation(YamlMapping entry) {
        String name = entry.text("name");
        if (!NAME.matcher(name).matches()) {
            throw entry.error("name", "must be 3 to 64 lower-case letters, digits and underscores");
        }
        Defect defect = entry.choice("class", Defect.class);
        Expectation.Action action = entry.choice("action", Expectation.Action.class);
        String description = entry.text("description");
        try {
            Expectation expectation = new Expectation(
                    name,
                    defect,
                    action,
                    Expressions.compileFlag(SCHEMA, entry.text("expect").strip()),
                    description);
            entry.done();
            return expectation;
        } catch (ExpressionException e) {
            throw entry.error("expect", String.valueOf(e.getMessage()));
        }
    }

    private static String builtIn() {
        try (InputStream in = Expectations.class.getResourceAsStream(DEFAULT + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("resource is missing: " + DEFAULT + ".yaml");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the file says it. */
    public String version() {
        return version;
    }

    /** In the order of the file. */
    public List<Expectation> all() {
        return expectations;
    }

    /** What the payment does not meet, in the order of the file. */
    public List<Expectation> broken(ObservedPayment payment) {
        if (expectations.isEmpty()) {
            return List.of();
        }
        Slots slots = slots(payment);
        List<Expectation> broken = List.of();
        for (Expectation expectation : expectations) {
            if (!expectation.condition().test(slots)) {
                // Nearly every payment breaks none and needs no list.
                broken = broken.isEmpty() ? new ArrayList<>() : broken;
                broken.add(expectation);
            }
        }
        return broken;
    }

    private static Slots slots(ObservedPayment payment) {
        FeatureEvent.Decided event = payment.event();
        Authorization authorization = event.authorization();
        Authorization.Device device = authorization.device();
        Slots slots = SCHEMA.newSlots();
        slots.setNumber(SCHEMA.slot("amount"), payment.baseAmount());
        slots.setNumber(SCHEMA.slot("score"), event.score());
        slots.setNumber(SCHEMA.slot("decided_after_s"), (payment.decidedAtMs() - event.timeMs()) / 1e3);
        slots.setNumber(SCHEMA.slot("arrived_after_s"), (payment.arrivedAtMs() - event.timeMs()) / 1e3);
        slots.setFlag(SCHEMA.slot("has_score"), !Double.isNaN(event.score()));
        slots.setFlag(SCHEMA.slot("has_account"), authorization.card().accountId() != null);
        slots.setFlag(SCHEMA.slot("has_device"), device != null && device.id() != null);
        slots.setFlag(SCHEMA.slot("has_ip"), device != null && device.ip() != null);
        slots.setFlag(SCHEMA.slot("has_location"), authorization.location() != null);
        slots.setText(SCHEMA.slot("currency"), authorization.amount().currency());
        slots.setText(SCHEMA.slot("mcc"), authorization.merchant().categoryCode());
        slots.setText(SCHEMA.slot("merchant_country"), authorization.merchant().country());
        slots.setText(
                SCHEMA.slot("entry_mode"), authorization.card().entryMode().name());
        slots.setText(SCHEMA.slot("decision"), event.decision().name());
        return slots;
    }
}
