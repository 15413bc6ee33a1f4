package io.tollgate.pipeline.feed;

import com.azure.cosmos.CosmosAsyncContainer;
import com.azure.cosmos.models.CosmosChangeFeedRequestOptions;
import com.azure.cosmos.models.FeedRange;
import com.azure.cosmos.models.FeedResponse;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The changes of one container, a page at a time, in "latest version" mode: a document that changed twice between two
 * reads comes once, and a deleted one does not come at all. Blocks its caller; safe for use by several threads.
 */
final class ChangeSource {
    /** The SDK's own time-outs and throttling waits are shorter; this one only keeps a lost answer from hanging us. */
    private static final Duration READ_LIMIT = Duration.ofSeconds(30);

    private final CosmosAsyncContainer container;

    ChangeSource(CosmosAsyncContainer container) {
        this.container = container;
    }

    /**
     * A part of the feed.
     *
     * @param documents oldest change first
     * @param continuation from which the next read goes on
     * @param charge request units
     */
    record Page(List<JsonNode> documents, String continuation, double charge) {}

    /** Names this container and no later one of the same name. */
    String resourceId() {
        return Objects.requireNonNull(container.read().block(READ_LIMIT), "a container has properties")
                .getProperties()
                .getResourceId();
    }

    /** One per physical partition: together the whole container. */
    List<FeedRange> ranges() {
        return Objects.requireNonNull(container.getFeedRanges().block(READ_LIMIT), "a container has feed ranges");
    }

    Page first(FeedRange range, int pageSize) {
        return read(CosmosChangeFeedRequestOptions.createForProcessingFromBeginning(range), pageSize);
    }

    Page next(String continuation, int pageSize) {
        return read(CosmosChangeFeedRequestOptions.createForProcessingFromContinuation(continuation), pageSize);
    }

    private Page read(CosmosChangeFeedRequestOptions options, int pageSize) {
        options.setMaxItemCount(pageSize);
        options.setMaxPrefetchPageCount(1); // one page in memory, no more
        FeedResponse<JsonNode> page = container
                .queryChangeFeed(options, JsonNode.class)
                .byPage(pageSize)
                .next()
                .block(READ_LIMIT);
        Objects.requireNonNull(page, "a change feed answers with a page, even with an empty one");
        return new Page(page.getResults(), page.getContinuationToken(), page.getRequestCharge());
    }
}
