/**
 * Policies that change while the service runs: the file that is watched, the policy in force, the one that is tried out,
 * and the commands that check a file beforehand. Start at {@link io.tollgate.api.policy.PolicyDesk}. No Spring, no HTTP.
 */
@NullMarked
package io.tollgate.api.policy;

import org.jspecify.annotations.NullMarked;
