/**
 * The feed: reference data and outcomes from Azure Cosmos DB into the event log, from which all else follows.
 *
 * <p>Start at {@link io.tollgate.pipeline.feed.FeedJob}: one {@link io.tollgate.pipeline.feed.ContainerFeed} per container
 * reads pages of its change feed, turns documents into events, writes them to the hub and keeps where it has got to. A
 * {@link io.tollgate.pipeline.feed.ReferenceLoader} beside them answers payments of cards of which nothing was known. May
 * not import Spark: the feed is a small process of its own.
 */
@NullMarked
package io.tollgate.pipeline.feed;

import org.jspecify.annotations.NullMarked;
