package io.tollgate.api.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EventJsonTest {
    private final FeatureSet set = FeatureSets.fraudV3();
    private final Payment payment = Examples.decided(set);
    private final EventJson events = new EventJson(set);
    private final Schema schema = schema();

    private static Schema schema() {
        String resource = "/io/tollgate/features/schema/txn-event-v1.schema.json";
        try (InputStream in = FeatureSets.class.getResourceAsStream(resource)) {
            assertThat(in).isNotNull();
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    @Test
    void event_satisfiesThePublishedSchema() {
        assertThat(schema.validate(text(events.encode(payment)), InputFormat.JSON))
                .isEmpty();
    }

    @Test
    void schema_refuses_whenAnEventIsNotOurs() {
        String event = text(events.encode(payment));

        assertThat(schema.validate(event.replace("\"STEP_UP\"", "\"MAYBE\""), InputFormat.JSON))
                .isNotEmpty();
        assertThat(schema.validate(event.replace("tollgate.txn_event/1", "tollgate.txn_event/2"), InputFormat.JSON))
                .isNotEmpty();
        assertThat(schema.validate(event.replace("\"5411\"", "5411"), InputFormat.JSON))
                .isNotEmpty();
    }

    @Test
    void event_isTheSame_whenItIsRebuiltFromTheRecord() {
        DecisionRecord record = DecisionRecord.of(payment, 1, set.hash(), AnswerJson.encode(payment, set.version()));
        Payment retry =
                new Payment(payment.context(), Examples.authorization(), payment.deadline(), payment.traceparent());

        JsonNode rebuilt = JsonMapper.shared().readTree(events.encode(retry, record));

        assertThat(rebuilt).isEqualTo(JsonMapper.shared().readTree(events.encode(payment)));
    }
}
