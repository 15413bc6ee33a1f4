package io.tollgate.local.cosmos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The change feed of one partition in "latest version" mode: a page of items in the order of their latest writes, with
 * an etag from which the next request goes on, or 304 with that etag when there is nothing new.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/cosmos-db/list-documents">List Documents, A-IM</a>
 */
final class ChangeFeed {
    private static final int DEFAULT_PAGE = 100;

    /** What one answer holds at most, whatever the client asks for: 1,000 items of a few hundred bytes. */
    private static final int MAX_PAGE = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private ChangeFeed() {}

    static Answer read(Container container, Request request) {
        String rangeId = request.header("x-ms-documentdb-partitionkeyrangeid");
        Partition partition = rangeId == null
                ? container.partitionOf(request.partitionKey())
                : container.partition(rangeId.substring(rangeId.lastIndexOf(',') + 1));
        // Before the items are read: what is written meanwhile may be seen twice, never missed.
        long head = partition.lsn();
        long after = startAfter(request.header("If-None-Match"), head);
        int limit = pageSize(request);
        List<Item> page = partition.changesAfter(after, filter(request), limit);
        long last = page.isEmpty() ? after : page.get(page.size() - 1).lsn();
        String next = "\"" + (page.size() == limit ? last : Math.max(last, head)) + "\"";
        if (page.isEmpty()) {
            return Answer.of(304, null).with("etag", next);
        }
        ArrayNode documents = JSON.createArrayNode();
        page.forEach(item -> documents.add(item.body().deepCopy().put("_lsn", item.lsn())));
        ObjectNode body = JSON.createObjectNode().put("_rid", container.rid());
        body.put("_count", documents.size());
        body.set("Documents", documents);
        return Answer.of(200, body).with("etag", next).with("x-ms-item-count", Integer.toString(documents.size()));
    }

    private static long startAfter(@Nullable String etag, long head) {
        if (etag == null) {
            return 0;
        }
        if (etag.equals("*")) {
            return head;
        }
        try {
            return Long.parseLong(etag.replace("\"", ""));
        } catch (NumberFormatException e) {
            throw new BadRequestException("If-None-Match is no continuation of this change feed: " + etag + ".");
        }
    }

    private static long since(@Nullable String date) {
        if (date == null) {
            return 0;
        }
        try {
            return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toEpochSecond();
        } catch (DateTimeParseException e) {
            throw new BadRequestException("If-Modified-Since is no HTTP date: " + date + ".");
        }
    }

    private static int pageSize(Request request) {
        String size = request.header("x-ms-max-item-count");
        try {
            int wanted = size == null ? DEFAULT_PAGE : Integer.parseInt(size);
            return wanted <= 0 ? DEFAULT_PAGE : Math.min(wanted, MAX_PAGE);
        } catch (NumberFormatException e) {
            throw new BadRequestException("x-ms-max-item-count is no number: " + size + ".");
        }
    }

    private static Predicate<Item> filter(Request request) {
        long since = since(request.header("If-Modified-Since"));
        if (request.header("x-ms-documentdb-partitionkey") != null) {
            String key = request.partitionKey();
            return item ->
                    item.timestamp() >= since && item.key().partitionKey().equals(key);
        }
        String from = request.header("x-ms-start-epk");
        String to = request.header("x-ms-end-epk");
        if (from == null || to == null) {
            return item -> item.timestamp() >= since;
        }
        return item -> {
            String place = EffectivePartitionKey.of(item.key().partitionKey());
            return item.timestamp() >= since && from.compareTo(place) <= 0 && place.compareTo(to) < 0;
        };
    }
}
