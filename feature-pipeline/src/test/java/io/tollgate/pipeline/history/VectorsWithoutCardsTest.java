package io.tollgate.pipeline.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.pipeline.config.EngineSource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TwsTester;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/** The steps of the query that computes vectors, for a feature set that knows merchants only. */
class VectorsWithoutCardsTest {
    private static final EngineSource ENGINE = new EngineSource(
            Path.of("src/test/resources/io/tollgate/pipeline/merchants-v1.yaml")
                    .toAbsolutePath()
                    .toString(),
            "secret only for tests");
    private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");

    @Test
    void vectors_areAssembled_whenTheSetHasNoGroupOfCards() {
        TwsTester<String, Row, Row> tester = new TwsTester<>(
                new VectorProcessor(ENGINE),
                CollectionConverters.asScala(List.<Tuple2<String, Object>>of()).toList(),
                TimeMode.EventTime(),
                OutputMode.Append(),
                Option.apply(row -> START.toEpochMilli()));
        List<Row> messages = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            messages.add(RowFactory.create(payment(i), START.toEpochMilli()));
        }
        new EntityFanOut(ENGINE).call(messages.iterator()).forEachRemaining(row -> {
            if (!row.getString(0).equals(EntityFanOut.CLOCK)) {
                assertThat(tester.test(
                                        row.getString(0),
                                        CollectionConverters.asScala(List.of(row))
                                                .toList())
                                .isEmpty())
                        .isTrue();
            }
        });
        Map<String, List<Row>> parts = new LinkedHashMap<>();
        CollectionConverters.asJava(tester.setWatermark(START.plusSeconds(60).toEpochMilli()))
                .forEach(part -> parts.computeIfAbsent(part.getString(0), id -> new ArrayList<>())
                        .add(part));

        assertThat(parts).hasSize(3);
        AssembleVector assemble = new AssembleVector(ENGINE, 1);
        for (int i = 0; i < 3; i++) {
            Row vector = assemble.call(
                    "tx-" + i, Objects.requireNonNull(parts.get("tx-" + i)).iterator());
            assertThat(vector.getString(0)).isEqualTo("tx-" + i);
            assertThat(vector.<Double>getList(6)).containsExactly((double) i, 2.0 * i);
        }
    }

    private static String payment(int i) {
        Instant at = START.plusSeconds(i);
        String body = "{'transactionId':'tx-%d','occurredAt':'%s','amount':{'value':'5.00','currency':'EUR'},"
                        .formatted(i, at)
                + "'card':{'token':'c-" + i + "','entryMode':'ECOM'},"
                + "'merchant':{'id':'m-1','categoryCode':'5411','country':'DE'}}";
        return ("{'schema':'tollgate.txn_event/1','type':'authorization','eventId':'tx-%d','transactionId':'tx-%d',"
                                .formatted(i, i)
                        + "'occurredAt':'" + at + "','decidedAt':'" + at + "','authorization':" + body
                        + ",'decision':'APPROVE','score':0.1}")
                .replace('\'', '"');
    }
}
