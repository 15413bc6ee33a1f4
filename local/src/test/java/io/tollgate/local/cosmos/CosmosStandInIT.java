package io.tollgate.local.cosmos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.cosmos.CosmosClient;
import com.azure.cosmos.CosmosClientBuilder;
import com.azure.cosmos.CosmosContainer;
import com.azure.cosmos.CosmosException;
import com.azure.cosmos.models.CosmosBatch;
import com.azure.cosmos.models.CosmosBatchResponse;
import com.azure.cosmos.models.CosmosBulkOperations;
import com.azure.cosmos.models.CosmosChangeFeedRequestOptions;
import com.azure.cosmos.models.CosmosItemOperation;
import com.azure.cosmos.models.CosmosItemRequestOptions;
import com.azure.cosmos.models.CosmosItemResponse;
import com.azure.cosmos.models.CosmosQueryRequestOptions;
import com.azure.cosmos.models.FeedRange;
import com.azure.cosmos.models.FeedResponse;
import com.azure.cosmos.models.PartitionKey;
import com.azure.cosmos.util.CosmosPagedIterable;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.local.net.LocalCertificate;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The stand-in as the real SDK sees it. */
@Timeout(120)
class CosmosStandInIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path directory;

    private static LocalCertificate certificate;
    private static CosmosStandIn standIn;
    private static CosmosClient client;

    @BeforeAll
    static void start() throws Exception {
        certificate = LocalCertificate.create(directory.resolve("tls"));
        trust(certificate).forEach(System::setProperty);
        standIn = CosmosStandIn.start(certificate, null, Clock.systemUTC());
        client = client(standIn, standIn.key());
        client.createDatabaseIfNotExists("tollgate");
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        standIn.close();
        trust(certificate).keySet().forEach(System::clearProperty);
    }

    @Test
    void container_isMadeOnce_andRefusedTheSecondTime() {
        CosmosContainer container = container("once");

        client.getDatabase("tollgate").createContainerIfNotExists("once", "/cardId");

        assertThat(container.read().getProperties().getPartitionKeyDefinition().getPaths())
                .containsExactly("/cardId");
        assertThatThrownBy(() -> client.getDatabase("tollgate").createContainer("once", "/cardId"))
                .satisfies(status(409));
    }

    @Test
    void item_isReadAsWritten_withEtagAndCharge() {
        CosmosContainer container = container("items");
        CosmosItemResponse<ObjectNode> created = container.createItem(card("c-1", "EUR"));

        CosmosItemResponse<ObjectNode> read = container.readItem("c-1", new PartitionKey("c-1"), ObjectNode.class);

        assertThat(read.getItem().get("currency").textValue()).isEqualTo("EUR");
        assertThat(read.getETag()).isEqualTo(created.getETag()).isNotBlank();
        assertThat(read.getRequestCharge()).isPositive();
        assertThat(read.getSessionToken()).isNotBlank();
    }

    @Test
    void item_isRefused_whenItIsAbsentOrPresentAgainstExpectation() {
        CosmosContainer container = container("statuses");
        CosmosItemRequestOptions plain = new CosmosItemRequestOptions();
        container.createItem(card("c-1", "EUR"));

        assertThatThrownBy(() -> container.readItem("c-2", new PartitionKey("c-2"), ObjectNode.class))
                .satisfies(status(404));
        assertThatThrownBy(() -> container.createItem(card("c-1", "USD"))).satisfies(status(409));
        assertThatThrownBy(() -> container.deleteItem("c-2", new PartitionKey("c-2"), plain))
                .satisfies(status(404));
        assertThatThrownBy(() -> container.replaceItem(card("c-2", "EUR"), "c-2", new PartitionKey("c-2"), plain))
                .satisfies(status(404));
        assertThatThrownBy(() -> container.createItem(card("c-3", "EUR"), new PartitionKey("another"), plain))
                .satisfies(status(400));
    }

    @Test
    void replace_isRefused_whenTheEtagIsOutdated() {
        CosmosContainer container = container("etags");
        String first = container.createItem(card("c-1", "EUR")).getETag();
        CosmosItemRequestOptions ifFirst = new CosmosItemRequestOptions().setIfMatchETag(first);
        PartitionKey key = new PartitionKey("c-1");

        container.replaceItem(card("c-1", "USD"), "c-1", key, ifFirst);

        assertThatThrownBy(() -> container.replaceItem(card("c-1", "GBP"), "c-1", key, ifFirst))
                .satisfies(status(412));
        assertThatThrownBy(() -> container.upsertItem(card("c-1", "GBP"), key, ifFirst))
                .satisfies(status(412));
        assertThat(container.upsertItem(card("c-1", "GBP")).getStatusCode()).isEqualTo(200);
        assertThat(container.upsertItem(card("c-2", "GBP")).getStatusCode()).isEqualTo(201);
    }

    @Test
    void deletedItem_isGone() {
        CosmosContainer container = container("deletions");
        container.createItem(card("c-1", "EUR"));

        container.deleteItem("c-1", new PartitionKey("c-1"), new CosmosItemRequestOptions());

        assertThatThrownBy(() -> container.readItem("c-1", new PartitionKey("c-1"), ObjectNode.class))
                .satisfies(status(404));
    }

    @Test
    void throttledRequest_succeeds_afterTheSdkHasRetried() {
        CosmosContainer container = container("throttled");
        container.createItem(card("c-1", "EUR"));
        long before = pointReads();

        standIn.throttle(3);
        container.readItem("c-1", new PartitionKey("c-1"), ObjectNode.class);

        assertThat(pointReads() - before).isEqualTo(4);
    }

    @Test
    void bulkOfAThousand_isStored_inBothPartitions() {
        CosmosContainer container = container("bulk");

        container
                .executeBulkOperations(upserts(1_000))
                .forEach(done -> assertThat(done.getResponse().getStatusCode()).isEqualTo(201));

        List<Integer> sizes = container.getFeedRanges().stream()
                .map(range -> drain(container, CosmosChangeFeedRequestOptions.createForProcessingFromBeginning(range)))
                .map(drained -> drained.ids().size())
                .toList();
        assertThat(sizes).hasSize(2).allSatisfy(size -> assertThat(size).isBetween(400, 600));
        assertThat(sizes.get(0) + sizes.get(1)).isEqualTo(1_000);
    }

    @Test
    void bulk_isRetriedBySdk_whenItIsThrottled() {
        CosmosContainer container = container("bulk-throttled");

        standIn.throttle(2);
        container
                .executeBulkOperations(upserts(50))
                .forEach(done -> assertThat(done.getResponse().getStatusCode()).isEqualTo(201));

        assertThat(drain(container, fromBeginning()).ids()).hasSize(50);
    }

    @Test
    void bulk_reportsEachOperation_whenSomeFail() {
        CosmosContainer container = container("bulk-mixed");
        container.createItem(card("c-1", "EUR"));
        List<Integer> statuses = new ArrayList<>();

        container
                .executeBulkOperations(List.of(
                        CosmosBulkOperations.getCreateItemOperation(card("c-1", "EUR"), new PartitionKey("c-1")),
                        CosmosBulkOperations.getReadItemOperation("absent", new PartitionKey("absent")),
                        CosmosBulkOperations.getReplaceItemOperation(
                                "c-1", card("c-1", "USD"), new PartitionKey("c-1"))))
                .forEach(done -> statuses.add(done.getResponse().getStatusCode()));

        assertThat(statuses).containsExactlyInAnyOrder(409, 404, 200);
    }

    @Test
    void transaction_isKeptWhole_orTakenBackWhole() {
        CosmosContainer container = container("transactions");
        PartitionKey key = new PartitionKey("c-1");
        CosmosBatch failing = CosmosBatch.createCosmosBatch(key);
        failing.createItemOperation(item("a", "c-1"));
        failing.deleteItemOperation("absent");
        failing.createItemOperation(item("b", "c-1"));

        CosmosBatchResponse refused = container.executeCosmosBatch(failing);

        assertThat(refused.isSuccessStatusCode()).isFalse();
        assertThat(refused.getResults())
                .extracting(result -> result.getStatusCode())
                .containsExactly(424, 404, 424);
        assertThatThrownBy(() -> container.readItem("a", key, ObjectNode.class)).satisfies(status(404));

        CosmosBatch passing = CosmosBatch.createCosmosBatch(key);
        passing.createItemOperation(item("a", "c-1"));
        passing.upsertItemOperation(item("a", "c-1"));
        assertThat(container.executeCosmosBatch(passing).isSuccessStatusCode()).isTrue();
        assertThat(container.readItem("a", key, ObjectNode.class).getStatusCode())
                .isEqualTo(200);
    }

    @Test
    void changeFeed_goesOnFromItsContinuation_withTheLatestVersionsOnly() {
        CosmosContainer container = container("feed");
        container.executeBulkOperations(upserts(250)).forEach(done -> {});
        Drained first = drain(container, fromBeginning().setMaxItemCount(60));

        container.upsertItem(card("c-7", "USD"));
        container.upsertItem(card("c-7", "GBP"));
        container.upsertItem(card("c-new", "EUR"));
        container.deleteItem("c-8", new PartitionKey("c-8"), new CosmosItemRequestOptions());
        Drained second = drain(container, from(first));

        assertThat(first.ids()).hasSize(250).doesNotHaveDuplicates();
        assertThat(second.ids()).containsExactlyInAnyOrder("c-7", "c-new");
        assertThat(drain(container, from(second)).ids()).isEmpty();
    }

    @Test
    void changeFeed_fromNow_hasOnlyWhatComesAfter() {
        CosmosContainer container = container("feed-now");
        container.upsertItem(card("c-old", "EUR"));
        Drained start =
                drain(container, CosmosChangeFeedRequestOptions.createForProcessingFromNow(FeedRange.forFullRange()));

        container.upsertItem(card("c-new", "EUR"));

        assertThat(start.ids()).isEmpty();
        assertThat(drain(container, from(start)).ids()).containsExactly("c-new");
    }

    @Test
    void changeFeed_ofOneKey_leavesOthersOut() {
        CosmosContainer container = container("feed-key");
        container.executeBulkOperations(upserts(20)).forEach(done -> {});
        FeedRange one = FeedRange.forLogicalPartition(new PartitionKey("c-3"));

        assertThat(drain(container, CosmosChangeFeedRequestOptions.createForProcessingFromBeginning(one))
                        .ids())
                .containsExactly("c-3");
    }

    @Test
    void data_survivesARestart_andTheFeedGoesOn() throws Exception {
        Path data = directory.resolve("data");
        Drained before;
        try (CosmosStandIn first = CosmosStandIn.start(certificate, data, Clock.systemUTC());
                CosmosClient sdk = client(first, first.key())) {
            first.createContainer("tollgate", "kept", "/cardId");
            CosmosContainer container = sdk.getDatabase("tollgate").getContainer("kept");
            container.upsertItem(card("c-1", "EUR"));
            container.upsertItem(card("c-2", "EUR"));
            container.deleteItem("c-2", new PartitionKey("c-2"), new CosmosItemRequestOptions());
            before = drain(container, fromBeginning());
        }
        for (int round = 0; round < 2; round++) {
            try (CosmosStandIn next = CosmosStandIn.start(certificate, data, Clock.systemUTC());
                    CosmosClient sdk = client(next, next.key())) {
                CosmosContainer container = sdk.getDatabase("tollgate").getContainer("kept");
                assertThat(container
                                .readItem("c-1", new PartitionKey("c-1"), ObjectNode.class)
                                .getStatusCode())
                        .isEqualTo(200);
                assertThatThrownBy(() -> container.readItem("c-2", new PartitionKey("c-2"), ObjectNode.class))
                        .satisfies(status(404));
                container.upsertItem(card("c-new", "EUR"));
                assertThat(drain(container, from(before)).ids()).containsExactly("c-new");
            }
        }
    }

    @Test
    void client_isRefused_whenItsKeyIsAnother() {
        String forged = "QUJD" + standIn.key().substring(4);

        assertThatThrownBy(() -> client(standIn, forged).close())
                .hasMessageContaining("not signed with this account's key");
    }

    @Test
    void query_isRefusedWithAReason() {
        CosmosContainer container = container("sql");

        assertThatThrownBy(() ->
                        container
                                .queryItems("SELECT * FROM c", new CosmosQueryRequestOptions(), ObjectNode.class)
                                .stream()
                                .count())
                .hasMessageContaining("SQL");
    }

    private record Drained(List<String> ids, String continuation) {}

    private static Drained drain(CosmosContainer container, CosmosChangeFeedRequestOptions options) {
        CosmosPagedIterable<ObjectNode> feed = container.queryChangeFeed(options, ObjectNode.class);
        List<String> ids = new ArrayList<>();
        String continuation = "";
        for (FeedResponse<ObjectNode> page : feed.iterableByPage()) {
            page.getResults().forEach(item -> ids.add(item.get("id").textValue()));
            continuation = page.getContinuationToken();
        }
        return new Drained(ids, continuation);
    }

    private static CosmosChangeFeedRequestOptions fromBeginning() {
        return CosmosChangeFeedRequestOptions.createForProcessingFromBeginning(FeedRange.forFullRange());
    }

    private static CosmosChangeFeedRequestOptions from(Drained previous) {
        return CosmosChangeFeedRequestOptions.createForProcessingFromContinuation(previous.continuation());
    }

    private static List<CosmosItemOperation> upserts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "c-" + i)
                .map(id -> CosmosBulkOperations.getUpsertItemOperation(card(id, "EUR"), new PartitionKey(id)))
                .toList();
    }

    private static CosmosContainer container(String name) {
        client.getDatabase("tollgate").createContainerIfNotExists(name, "/cardId");
        return client.getDatabase("tollgate").getContainer(name);
    }

    /** The SDK takes no trust store of its own; it uses the JVM's. */
    private static Map<String, String> trust(LocalCertificate trusted) {
        return Map.of(
                "javax.net.ssl.trustStore", trusted.trustStore().toString(),
                "javax.net.ssl.trustStorePassword", trusted.password(),
                "javax.net.ssl.trustStoreType", "PKCS12");
    }

    private static CosmosClient client(CosmosStandIn server, String key) {
        return new CosmosClientBuilder()
                .endpoint(server.endpoint())
                .key(key)
                .gatewayMode()
                .endpointDiscoveryEnabled(false)
                .contentResponseOnWriteEnabled(true)
                .buildClient();
    }

    private static long pointReads() {
        return Objects.requireNonNull(standIn.requests().get(Operation.POINT_READ));
    }

    private static ObjectNode card(String cardId, String currency) {
        return item(cardId, cardId).put("currency", currency);
    }

    private static ObjectNode item(String id, String cardId) {
        return JSON.createObjectNode().put("id", id).put("cardId", cardId);
    }

    private static Consumer<Throwable> status(int expected) {
        return thrown -> assertThat(thrown)
                .isInstanceOfSatisfying(
                        CosmosException.class,
                        e -> assertThat(e.getStatusCode()).isEqualTo(expected));
    }
}
