package io.tollgate.api.decision;

import io.tollgate.features.spec.FeatureSet;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;

/** A recorded decision with all that it was made on: the answer's fields, then groups with their ages, then features. */
public final class Explanation {
    private final ServingContexts contexts;

    public Explanation(ServingContexts contexts) {
        this.contexts = contexts;
    }

    public byte[] encode(DecisionRecord record) {
        byte[] answer = record.answer();
        ByteArrayOutputStream out = new ByteArrayOutputStream(answer.length + 4_096);
        // The answer is one JSON object that we wrote: its closing brace gives way to what follows.
        out.write(answer, 0, answer.length - 1);
        out.write(',');
        byte[] rest = rest(record);
        out.write(rest, 1, rest.length - 1);
        return out.toByteArray();
    }

    private byte[] rest(DecisionRecord record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(4_096);
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            ServingContext context = contexts.ofHash(record.featureSetHash());
            FeatureSet featureSet = context == null ? null : context.featureSet();
            boolean known = featureSet != null
                    && record.vector().length == featureSet.features().size();
            json.writeBooleanProperty("explained", known);
            if (featureSet != null && known) {
                new GroupsJson(featureSet.groups()).write(json, record.lookups(), record.tail());
                json.writeArrayPropertyStart("tail");
                record.tail().forEach(event -> json.writeString(event.eventId()));
                json.writeEndArray();
                json.writeObjectPropertyStart("features");
                for (int i = 0; i < record.vector().length; i++) {
                    json.writeName(featureSet.features().get(i).name());
                    Json.number(json, record.vector()[i]);
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }
}
