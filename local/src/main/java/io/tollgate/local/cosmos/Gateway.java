package io.tollgate.local.cosmos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.local.cosmos.Account.Database;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Requests in, answers out: the routes of the REST interface, over an {@link Account}. */
final class Gateway {
    /** The path of what a resource is in; the client makes the resource's own path of it. */
    private static final String OWNER = "x-ms-alt-content-path";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Account account;
    private final Supplier<String> endpoint;

    /** @param endpoint what clients are told to connect to */
    Gateway(Account account, Supplier<String> endpoint) {
        this.account = account;
        this.endpoint = endpoint;
    }

    /** What a request asks for; decides how it is counted and whether it can be throttled. */
    static Operation operation(Request request) {
        boolean items = request.path().size() >= 5 && request.path().get(4).equals("docs");
        if (!items) {
            return Operation.METADATA;
        }
        return switch (request.method()) {
            case "PUT" -> Operation.REPLACE;
            case "DELETE" -> Operation.DELETE;
            case "GET" -> request.path().size() == 6 ? Operation.POINT_READ : Operation.CHANGE_FEED;
            default -> {
                if (request.flag("x-ms-cosmos-is-batch-request")) {
                    yield Operation.BATCH;
                }
                yield request.flag("x-ms-documentdb-is-upsert") ? Operation.UPSERT : Operation.CREATE;
            }
        };
    }

    /** @throws BadRequestException when the request is wrong or beyond what the stand-in does */
    Answer answer(Request request) {
        if (request.path().isEmpty()) {
            return Answer.of(200, accountProperties());
        }
        if (!request.path().get(0).equals("dbs")) {
            throw unknown(request);
        }
        if (request.path().size() == 1) {
            return created(account.createDatabase(named(request)), Database::definition);
        }
        Database database = account.database(request.path().get(1));
        if (database == null) {
            return Answer.error(404, "There is no database " + request.path().get(1) + ".");
        }
        String owner = "dbs/" + database.id();
        return switch (request.path().size()) {
            case 2 -> read(request, database.definition());
            case 3 ->
                created(account.createContainer(database, named(request)), Container::definition)
                        .with(OWNER, owner);
            default -> {
                Container container = Account.container(database, request.path().get(3));
                yield container == null
                        ? Answer.error(
                                404, "There is no container " + request.path().get(3) + ".")
                        : inContainer(request, owner, container);
            }
        };
    }

    private static Answer inContainer(Request request, String owner, Container container) {
        return switch (request.path().size()) {
            case 4 -> read(request, container.definition()).with(OWNER, owner);
            case 5, 6 ->
                (request.path().get(4).equals("pkranges") ? ranges(request, container) : items(request, container))
                        .with(OWNER, owner + "/colls/" + container.id())
                        .with("x-ms-content-path", container.rid());
            default -> throw unknown(request);
        };
    }

    private static Answer items(Request request, Container container) {
        Operation operation = operation(request);
        if (!request.path().get(4).equals("docs") || request.method().equals("PATCH")) {
            throw unknown(request);
        }
        return switch (operation) {
            case BATCH -> Batch.run(container, request);
            case CHANGE_FEED -> {
                if (request.header("A-IM") == null) {
                    throw new BadRequestException("The stand-in reads items one by one or as a change feed.");
                }
                yield ChangeFeed.read(container, request);
            }
            default -> item(request, container, operation);
        };
    }

    private static Answer item(Request request, Container container, Operation operation) {
        if ("application/query+json".equals(request.header("Content-Type"))) {
            throw new BadRequestException("The stand-in does not do SQL: read items by id or as a change feed.");
        }
        boolean carriesItem =
                request.method().equals("POST") || request.method().equals("PUT");
        String partitionKey = request.partitionKey();
        Outcome outcome = ItemOperations.run(
                container,
                operation,
                partitionKey,
                request.path().size() == 6 ? request.path().get(5) : null,
                carriesItem ? request.jsonObject() : null,
                request.header("If-Match"));
        Answer answer = answer(outcome, request);
        Partition partition = container.partitionOf(partitionKey);
        return answer.with("x-ms-session-token", partition.rangeId() + ":1#" + partition.lsn())
                .with("lsn", Long.toString(partition.lsn()));
    }

    private static Answer answer(Outcome outcome, Request request) {
        Item item = outcome.item();
        if (item == null) {
            String message = outcome.message();
            return message == null ? Answer.of(outcome.status(), null) : Answer.error(outcome.status(), message);
        }
        if (request.method().equals("GET") && item.etag().equals(request.header("If-None-Match"))) {
            return Answer.of(304, null).with("etag", item.etag());
        }
        boolean minimal = "return=minimal".equals(request.header("Prefer"));
        return Answer.of(outcome.status(), minimal ? null : item.body()).with("etag", item.etag());
    }

    /** The ranges are themselves a change feed, with nothing new after its first page. */
    private static Answer ranges(Request request, Container container) {
        String etag = "\"" + container.rid() + "-ranges\"";
        if (etag.equals(request.header("If-None-Match"))) {
            return Answer.of(304, null).with("etag", etag);
        }
        ArrayNode ranges = JSON.createArrayNode();
        for (Partition partition : container.partitions()) {
            ObjectNode range = ranges.addObject();
            range.put("id", partition.rangeId());
            range.put("_rid", ResourceIds.item(partition.rangeId(), 1));
            range.put("minInclusive", container.minInclusive(partition));
            range.put("maxExclusive", container.maxExclusive(partition));
            range.put("status", "online");
            range.putArray("parents");
        }
        ObjectNode body = JSON.createObjectNode().put("_rid", container.rid());
        body.set("PartitionKeyRanges", ranges);
        body.put("_count", ranges.size());
        return Answer.of(200, body).with("etag", etag);
    }

    private ObjectNode accountProperties() {
        ObjectNode properties = JSON.createObjectNode();
        properties.put("id", "tollgate-local").put("_self", "").put("_rid", "tollgate-local");
        properties.put("_dbs", "//dbs/").put("media", "//media/").put("addresses", "//addresses/");
        for (String locations : new String[] {"writableLocations", "readableLocations"}) {
            ObjectNode location = properties.putArray(locations).addObject();
            location.put("name", "Local").put("databaseAccountEndpoint", endpoint.get());
        }
        properties.put("enableMultipleWriteLocations", false);
        properties.putObject("userConsistencyPolicy").put("defaultConsistencyLevel", "Session");
        ObjectNode replication = properties.putObject("userReplicationPolicy");
        replication.put("asyncReplication", false).put("minReplicaSetSize", 1).put("maxReplicasetSize", 1);
        properties.set("systemReplicationPolicy", replication.deepCopy());
        properties.putObject("readPolicy").put("primaryReadCoefficient", 1).put("secondaryReadCoefficient", 1);
        properties.put("queryEngineConfiguration", "{}");
        return properties;
    }

    private static Answer read(Request request, ObjectNode definition) {
        if (!request.method().equals("GET")) {
            throw unknown(request);
        }
        return Answer.of(200, definition).with("etag", definition.path("_etag").asText());
    }

    private static <T> Answer created(@Nullable T resource, Function<T, ObjectNode> definition) {
        return resource == null
                ? Answer.error(409, "A resource with this id exists already.")
                : Answer.of(201, definition.apply(resource));
    }

    private static ObjectNode named(Request request) {
        if (!request.method().equals("POST")) {
            throw unknown(request);
        }
        ObjectNode body = request.jsonObject();
        if (!body.path("id").isTextual() || body.path("id").asText().isEmpty()) {
            throw new BadRequestException("A database or container needs an id.");
        }
        return body;
    }

    private static BadRequestException unknown(Request request) {
        return new BadRequestException("The stand-in does not do " + request.method() + " on "
                + (request.path().size() % 2 == 0
                        ? request.path().get(request.path().size() - 2)
                        : request.path().get(request.path().size() - 1))
                + ".");
    }
}
