/**
 * Events survive the process: a segmented log on the local disk, and the thread that ships it to the event hub. Start at
 * {@link io.tollgate.api.outbox.Outbox}. No Spring.
 */
@NullMarked
package io.tollgate.api.outbox;

import org.jspecify.annotations.NullMarked;
