package io.tollgate.api.decision;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.AuthorizationDraft;
import io.tollgate.features.domain.AuthorizationDraft.TimeBounds;
import io.tollgate.features.domain.Violation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Reads the JSON of an authorization, strictly in what it knows and tolerantly in what it does not: fields of the contract
 * must have their type and come once; fields it has never heard of are skipped and counted, so that a payment system may
 * send more than Tollgate reads.
 *
 * <p>Immutable and thread-safe.
 */
public final class DraftReader {
    /** The contract has two levels; what is ignored may have a few more. */
    private static final int MAX_DEPTH = 16;

    /** Longer than any coordinate; a longer number is an attack on the parser. */
    private static final int MAX_NUMBER = 64;

    private static final int MAX_NAME = 256;

    private final JsonFactory json = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER)
                    .maxNameLength(MAX_NAME)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .build();

    private final BiPredicate<String, Instant> comparable;

    /**
     * @param comparable whether amounts of a currency can be compared with others at an instant
     */
    public DraftReader(BiPredicate<String, Instant> comparable) {
        this.comparable = comparable;
    }

    /** What a body holds. */
    public sealed interface Result {
        /**
         * @param unknownFields how many fields were ignored
         */
        record Read(Authorization authorization, int unknownFields) implements Result {}

        record Rejected(List<Violation> violations) implements Result {}
    }

    /** Never throws for anything that the body holds. */
    public Result read(byte[] body, int length, Instant now, TimeBounds bounds) {
        Pass pass = new Pass();
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), body, 0, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return rejected("", "must be a JSON object");
            }
            pass.fields(parser, Scope.ROOT);
            if (parser.nextToken() != null) {
                return rejected("", "must be one JSON object with nothing behind it");
            }
        } catch (StreamConstraintsException e) {
            return rejected(
                    "", "is nested deeper than " + MAX_DEPTH + " levels, or has a name or number that is too long");
        } catch (StreamReadException e) {
            return rejected(
                    "",
                    "is not well-formed JSON at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr());
        } catch (tools.jackson.core.JacksonException e) {
            // What is left are bytes that are not UTF-8.
            return rejected("", "is not well-formed JSON in UTF-8");
        }
        return pass.finish(now, bounds, comparable);
    }

    private static Result rejected(String field, String reason) {
        return new Result.Rejected(List.of(new Violation(field, reason)));
    }

    /** The objects of the contract. */
    private enum Scope {
        ROOT(""),
        AMOUNT("amount."),
        CARD("card."),
        MERCHANT("merchant."),
        DEVICE("device."),
        LOCATION("location.");

        final String prefix;

        Scope(String prefix) {
            this.prefix = prefix;
        }
    }

    /** One body being read. */
    private static final class Pass {
        private final AuthorizationDraft draft = new AuthorizationDraft();
        private @Nullable List<Violation> violations;
        private int unknown;
        /** One bit per field of the contract, to tell a field that comes twice. */
        private int seen;

        Result finish(Instant now, TimeBounds bounds, BiPredicate<String, Instant> comparable) {
            AuthorizationDraft.Result result = draft.validate(now, bounds);
            if (violations == null) {
                if (result instanceof AuthorizationDraft.Result.Valid valid) {
                    Authorization a = valid.authorization();
                    return comparable.test(a.amount().currency(), a.occurredAt())
                            ? new Result.Read(a, unknown)
                            : rejected(
                                    "amount.currency", "has no exchange rate at that time; add it to the rates table");
                }
                violations = new ArrayList<>();
            }
            if (result instanceof AuthorizationDraft.Result.Invalid invalid) {
                for (Violation violation : invalid.violations()) {
                    if (!named(violation.field())) {
                        violations.add(violation);
                    }
                }
            }
            return new Result.Rejected(List.copyOf(violations));
        }

        /** Whether this field, or the object around it, has been complained about already. */
        private boolean named(String field) {
            for (Violation known : violations == null ? List.<Violation>of() : violations) {
                if (field.equals(known.field()) || field.startsWith(known.field() + ".")) {
                    return true;
                }
            }
            return false;
        }

        private void reject(String field, String reason) {
            if (violations == null) {
                violations = new ArrayList<>();
            }
            violations.add(new Violation(field, reason));
        }

        void fields(JsonParser parser, Scope scope) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (scope) {
                    case ROOT -> root(parser, name, value);
                    case AMOUNT -> amount(parser, name, value);
                    case CARD -> card(parser, name, value);
                    case MERCHANT -> merchant(parser, name, value);
                    case DEVICE -> device(parser, name, value);
                    case LOCATION -> location(parser, name, value);
                }
            }
        }

        private void root(JsonParser parser, String name, JsonToken value) {
            switch (name) {
                case "transactionId" -> draft.transactionId = text(parser, Scope.ROOT, name, value, 0);
                case "occurredAt" -> draft.occurredAt = text(parser, Scope.ROOT, name, value, 1);
                case "amount" -> object(parser, name, value, Scope.AMOUNT, 2);
                case "card" -> object(parser, name, value, Scope.CARD, 3);
                case "merchant" -> object(parser, name, value, Scope.MERCHANT, 4);
                case "device" -> draft.devicePresent |= object(parser, name, value, Scope.DEVICE, 5);
                case "location" -> draft.locationPresent |= object(parser, name, value, Scope.LOCATION, 6);
                default -> ignore(parser);
            }
        }

        private void amount(JsonParser parser, String name, JsonToken value) {
            switch (name) {
                case "value" -> draft.amountValue = text(parser, Scope.AMOUNT, name, value, 7);
                case "currency" -> draft.amountCurrency = text(parser, Scope.AMOUNT, name, value, 8);
                default -> ignore(parser);
            }
        }

        private void card(JsonParser parser, String name, JsonToken value) {
            switch (name) {
                case "token" -> draft.cardToken = text(parser, Scope.CARD, name, value, 9);
                case "accountId" -> draft.cardAccountId = text(parser, Scope.CARD, name, value, 10);
                case "entryMode" -> draft.cardEntryMode = text(parser, Scope.CARD, name, value, 11);
                default -> ignore(parser);
            }
        }

        private void merchant(JsonParser parser, String name, JsonToken value) {
            switch (name) {
                case "id" -> draft.merchantId = text(parser, Scope.MERCHANT, name, value, 12);
                case "categoryCode" -> draft.merchantCategoryCode = text(parser, Scope.MERCHANT, name, value, 13);
                case "country" -> draft.merchantCountry = text(parser, Scope.MERCHANT, name, value, 14);
                default -> ignore(parser);
            }
        }

        private void device(JsonParser parser, String name, JsonToken value) {
            switch (name) {
                case "id" -> draft.deviceId = text(parser, Scope.DEVICE, name, value, 15);
                case "ip" -> draft.deviceIp = text(parser, Scope.DEVICE, name, value, 16);
                default -> ignore(parser);
            }
        }

        private void location(JsonParser parser, String name, JsonToken value) {
            switch (name) {
                case "lat" -> draft.locationLat = number(parser, name, value, 17);
                case "lon" -> draft.locationLon = number(parser, name, value, 18);
                default -> ignore(parser);
            }
        }

        private void ignore(JsonParser parser) {
            unknown++;
            parser.skipChildren();
        }

        /** Returns whether the object was there; null counts as left out. */
        private boolean object(JsonParser parser, String name, JsonToken value, Scope scope, int bit) {
            once(Scope.ROOT, name, bit);
            if (value == JsonToken.START_OBJECT) {
                fields(parser, scope);
                return true;
            }
            if (value != JsonToken.VALUE_NULL) {
                reject(name, "must be a JSON object");
                parser.skipChildren();
            }
            return false;
        }

        private @Nullable String text(JsonParser parser, Scope scope, String name, JsonToken value, int bit) {
            once(scope, name, bit);
            if (value == JsonToken.VALUE_STRING) {
                return parser.getString();
            }
            if (value != JsonToken.VALUE_NULL) {
                reject(scope.prefix + name, "must be a JSON string");
                parser.skipChildren();
            }
            return null;
        }

        private @Nullable Double number(JsonParser parser, String name, JsonToken value, int bit) {
            once(Scope.LOCATION, name, bit);
            if (value == JsonToken.VALUE_NUMBER_INT || value == JsonToken.VALUE_NUMBER_FLOAT) {
                return Double.valueOf(parser.getString());
            }
            if (value != JsonToken.VALUE_NULL) {
                reject(Scope.LOCATION.prefix + name, "must be a JSON number");
                parser.skipChildren();
            }
            return null;
        }

        private void once(Scope scope, String name, int bit) {
            if ((seen & 1 << bit) != 0) {
                reject(scope.prefix + name, "comes more than once");
            }
            seen |= 1 << bit;
        }
    }
}
