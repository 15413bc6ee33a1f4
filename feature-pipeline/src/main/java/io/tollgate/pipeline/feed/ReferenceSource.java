package io.tollgate.pipeline.feed;

import com.azure.cosmos.CosmosAsyncContainer;
import com.azure.cosmos.CosmosException;
import com.azure.cosmos.models.PartitionKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Point reads of card references. Blocks its caller; safe for use by several threads. */
final class ReferenceSource {
    /** Point reads take milliseconds; sixteen at a time are some thousand a second, more than anybody wishes. */
    private static final int AT_ONCE = 16;

    /** One read that waits for its throttling to end takes 5 s at most; a batch of a hundred reads has seven rounds. */
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private static final int NOT_FOUND = 404;

    private final CosmosAsyncContainer container;

    ReferenceSource(CosmosAsyncContainer container) {
        this.container = container;
    }

    /**
     * What became of a read.
     *
     * @param document null when Cosmos DB has none, or did not answer
     * @param failure null when Cosmos DB answered
     */
    record Read(
            String card,
            @Nullable JsonNode document,
            @Nullable Throwable failure) {}

    /** One read for each card, whose document has the card's token as its id and as its partition key. */
    List<Read> read(Collection<String> cards) {
        return Objects.requireNonNull(
                Flux.fromIterable(cards)
                        .flatMap(this::read, AT_ONCE)
                        .collectList()
                        .block(LIMIT),
                "a list, if an empty one");
    }

    private Mono<Read> read(String card) {
        return container
                .readItem(card, new PartitionKey(card), JsonNode.class)
                .map(response -> new Read(card, response.getItem(), null))
                .onErrorResume(error -> Mono.just(
                        error instanceof CosmosException cosmos && cosmos.getStatusCode() == NOT_FOUND
                                ? new Read(card, null, null)
                                : new Read(card, null, error)));
    }
}
