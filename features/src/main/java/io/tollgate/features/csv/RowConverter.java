package io.tollgate.features.csv;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.AuthorizationDraft;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.Violation;
import java.time.Clock;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the selected columns of a record into a {@link CsvRow}. Confined to one thread. */
final class RowConverter {
    private final CsvMapping mapping;
    private final Clock clock;
    private final AuthorizationDraft.TimeBounds bounds;
    private final List<String> columns;
    private final List<Bound> fields = new ArrayList<>();
    private final int decisionSlot;
    private final int outcomeSlot;
    private final int[] keptSlots;

    /** A field and the slot of its column, looked up once; -1 for a constant. */
    private record Bound(
            CsvField field,
            FieldSource source,
            int slot,
            @Nullable KnownTexts known) {}

    /**
     * Texts of a column that names entities, which come back again and again: the newest for each place of a table, so
     * that an id is put together and hashed once and not for each of its payments. Bounded by the table.
     */
    private static final class KnownTexts {
        private static final int SIZE = 1 << 15;

        private final @Nullable String[] texts = new String[SIZE];

        /** The same as the column's own text, which has no translation table. */
        @Nullable
        String text(FieldSource.Column column, @Nullable String raw) {
            if (raw == null || raw.isEmpty()) {
                return column.text(raw);
            }
            int hash = raw.hashCode();
            int place = (hash ^ hash >>> 15) & (SIZE - 1);
            String known = texts[place];
            if (known == null || known.length() != column.prefix().length() + raw.length() || !known.endsWith(raw)) {
                known = column.prefix() + raw;
                texts[place] = known;
            }
            return known;
        }
    }

    RowConverter(CsvMapping mapping, Clock clock, AuthorizationDraft.TimeBounds bounds) {
        this.mapping = mapping;
        this.clock = clock;
        this.bounds = bounds;
        this.columns = List.copyOf(columnsOf(mapping));
        mapping.fields()
                .forEach((field, source) -> fields.add(
                        new Bound(field, source, slot(source), namesKnown(field, source) ? new KnownTexts() : null)));
        FieldSource.Column decision = mapping.decision();
        this.decisionSlot = decision == null ? -1 : columns.indexOf(decision.column());
        OutcomeSource outcome = mapping.outcome();
        this.outcomeSlot = outcome == null ? -1 : columns.indexOf(outcome.column());
        this.keptSlots = mapping.keep().stream().mapToInt(columns::indexOf).toArray();
    }

    private static boolean namesKnown(CsvField field, FieldSource source) {
        return field.namesEntity()
                && source instanceof FieldSource.Column column
                && column.values().isEmpty();
    }

    /** The columns that the mapping uses, without repetition. */
    List<String> columns() {
        return columns;
    }

    CsvRow convert(RecordHandler row, int columnsInHeader) {
        long line = row.line();
        if (row.tooLong()) {
            return rejected(
                    line,
                    "row",
                    "is longer than " + RecordHandler.MAX_ROW_LENGTH + " characters or " + RecordHandler.MAX_COLUMNS
                            + " columns; look for an unclosed quote");
        }
        if (row.fieldCount() != columnsInHeader) {
            return rejected(
                    line, "row", "has " + row.fieldCount() + " columns where the header has " + columnsInHeader);
        }
        List<Violation> violations = new ArrayList<>();
        AuthorizationDraft draft = draft(row, violations);
        Decision decision = decision(row, violations);
        Optional<Boolean> fraud = fraud(row, violations);
        AuthorizationDraft.Result result = draft.validate(clock.instant(), bounds);
        if (result instanceof AuthorizationDraft.Result.Invalid invalid) {
            violations.addAll(invalid.violations());
        }
        if (!violations.isEmpty() || !(result instanceof AuthorizationDraft.Result.Valid valid)) {
            return new CsvRow.Rejected(line, distinctFields(violations));
        }
        Authorization a = valid.authorization();
        return new CsvRow.Payment(
                line,
                new FeatureEvent.Decided(a, decision, Double.NaN),
                fraud.map(f -> outcome(a, f)).orElse(null),
                kept(row));
    }

    private AuthorizationDraft draft(RecordHandler row, List<Violation> violations) {
        AuthorizationDraft draft = new AuthorizationDraft();
        for (Bound bound : fields) {
            CsvField field = bound.field();
            String text = text(bound, row);
            if (text != null && field == CsvField.OCCURRED_AT) {
                text = time(text, violations);
            } else if (text != null && field == CsvField.AMOUNT_VALUE) {
                text = mapping.amountFormat().toMajor(text);
            }
            field.set(draft, text);
        }
        return draft;
    }

    private static @Nullable String text(Bound bound, RecordHandler row) {
        if (bound.source() instanceof FieldSource.Column column) {
            String raw = row.value(bound.slot());
            KnownTexts known = bound.known();
            return known == null ? column.text(raw) : known.text(column, raw);
        }
        return ((FieldSource.Constant) bound.source()).value();
    }

    private int slot(FieldSource source) {
        return source instanceof FieldSource.Column column ? columns.indexOf(column.column()) : -1;
    }

    private @Nullable String time(String text, List<Violation> violations) {
        try {
            return mapping.timeFormat().toIso(text);
        } catch (DateTimeException e) {
            violations.add(new Violation(
                    CsvField.OCCURRED_AT.path(),
                    "must be " + mapping.timeFormat().describe()));
            return null;
        }
    }

    private Decision decision(RecordHandler row, List<Violation> violations) {
        FieldSource.Column source = mapping.decision();
        String text = source == null ? null : source.text(row.value(decisionSlot));
        if (text == null) {
            return Decision.APPROVE;
        }
        for (Decision decision : Decision.values()) {
            if (decision.name().equals(text)) {
                return decision;
            }
        }
        violations.add(new Violation("decision", "must be one of " + Arrays.toString(Decision.values())));
        return Decision.APPROVE;
    }

    private Optional<Boolean> fraud(RecordHandler row, List<Violation> violations) {
        OutcomeSource source = mapping.outcome();
        String text = source == null ? null : row.value(outcomeSlot);
        if (source == null || text == null || text.isEmpty()) {
            return Optional.empty();
        }
        if (source.fraud().contains(text)) {
            return Optional.of(true);
        }
        if (!source.genuine().contains(text)) {
            violations.add(new Violation(
                    "outcome", "must be one of " + source.fraud() + " (fraud), " + source.genuine() + " or empty"));
        }
        return Optional.of(false);
    }

    private FeatureEvent.Outcome outcome(Authorization a, boolean fraud) {
        OutcomeSource source = mapping.outcome();
        if (source == null) {
            throw new IllegalStateException("an outcome without a source");
        }
        Authorization.Device device = a.device();
        return new FeatureEvent.Outcome(
                a.transactionId(),
                a.occurredAt(),
                a.occurredAt().plus(source.knownAfter()),
                fraud,
                a.amount(),
                a.card().token(),
                a.card().accountId(),
                a.merchant().id(),
                device == null ? null : device.id(),
                device == null ? null : device.ip());
    }

    private List<String> kept(RecordHandler row) {
        List<String> kept = new ArrayList<>(keptSlots.length);
        for (int slot : keptSlots) {
            String raw = row.value(slot);
            kept.add(raw == null ? "" : raw);
        }
        return kept;
    }

    private static CsvRow rejected(long line, String field, String reason) {
        return new CsvRow.Rejected(line, List.of(new Violation(field, reason)));
    }

    /** A text of the wrong format is also "required" to the validation, which never saw it: the first one counts. */
    private static List<Violation> distinctFields(List<Violation> violations) {
        Set<String> seen = new LinkedHashSet<>();
        return violations.stream().filter(v -> seen.add(v.field())).toList();
    }

    private static Set<String> columnsOf(CsvMapping mapping) {
        Set<String> columns = new LinkedHashSet<>();
        for (FieldSource source : mapping.fields().values()) {
            if (source instanceof FieldSource.Column column) {
                columns.add(column.column());
            }
        }
        OutcomeSource outcome = mapping.outcome();
        if (outcome != null) {
            columns.add(outcome.column());
        }
        FieldSource.Column decision = mapping.decision();
        if (decision != null) {
            columns.add(decision.column());
        }
        columns.addAll(mapping.keep());
        return columns;
    }
}
